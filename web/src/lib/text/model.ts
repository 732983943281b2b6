// The words of the view of language models, which are loaded with it.
import { inLanguage } from './language.svelte';
import { modelChinese } from './model.zh';
import { modelEnglish } from './model.en';

export const modelText = inLanguage({ en: modelEnglish, zh: modelChinese });
