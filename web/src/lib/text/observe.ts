// The words of what to observe next, which are loaded with it.
import { inLanguage } from './language.svelte';
import { observeChinese } from './observe.zh';
import { observeEnglish } from './observe.en';

export const observeText = inLanguage({ en: observeEnglish, zh: observeChinese });
