// The words of the factor workbench, which are loaded with it.
import { inLanguage } from './language.svelte';
import { factorsChinese } from './factors.zh';
import { factorsEnglish } from './factors.en';

export const factorsText = inLanguage({ en: factorsEnglish, zh: factorsChinese });
