// The words of the editing bar and the tables, which are loaded with it.
import { inLanguage } from './language.svelte';
import { editorChinese } from './editor.zh';
import { editorEnglish } from './editor.en';

export const editorText = inLanguage({ en: editorEnglish, zh: editorChinese });
