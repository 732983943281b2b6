// The words of the quiz, which are loaded with it.
import { inLanguage } from './language.svelte';
import { quizChinese } from './quiz.zh';
import { quizEnglish } from './quiz.en';

export const quizText = inLanguage({ en: quizEnglish, zh: quizChinese });
