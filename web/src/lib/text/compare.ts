// The words of comparing orders, which are loaded with it.
import { inLanguage } from './language.svelte';
import { compareChinese } from './compare.zh';
import { compareEnglish } from './compare.en';

export const compareText = inLanguage({ en: compareEnglish, zh: compareChinese });
