// The words of the training of language models, which are loaded with it.
import { inLanguage } from './language.svelte';
import { trainChinese } from './train.zh';
import { trainEnglish } from './train.en';

export const trainText = inLanguage({ en: trainEnglish, zh: trainChinese });
