// The words of the page: `text` in the language in use, and the choice of that language.
export { language, languages, text } from './language.svelte';
export type { Catalogue } from './en';
export type { LanguageName } from './choice';
