// The words of the panel of independence, which are loaded with it.
import { inLanguage } from './language.svelte';
import { independenceChinese } from './independence.zh';
import { independenceEnglish } from './independence.en';

export const independenceText = inLanguage({ en: independenceEnglish, zh: independenceChinese });
