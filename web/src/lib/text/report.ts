// The words of the worked solution, which are loaded with it.
import { inLanguage } from './language.svelte';
import { reportChinese } from './report.zh';
import { reportEnglish } from './report.en';

export const reportText = inLanguage({ en: reportEnglish, zh: reportChinese });
