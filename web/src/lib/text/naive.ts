// The words of the naive Bayes view, which are loaded with it.
import { inLanguage } from './language.svelte';
import { naiveChinese } from './naive.zh';
import { naiveEnglish } from './naive.en';

export const naiveText = inLanguage({ en: naiveEnglish, zh: naiveChinese });
