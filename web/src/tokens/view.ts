// What is fetched when the view is first opened.
export { default as View } from './TokensView.svelte';
export { TokensSession as Session } from './session.svelte';
