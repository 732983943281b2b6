// The words of the view of tokens, which are loaded with it.
import { inLanguage } from './language.svelte';
import { tokensChinese } from './tokens.zh';
import { tokensEnglish } from './tokens.en';

export const tokensText = inLanguage({ en: tokensEnglish, zh: tokensChinese });
