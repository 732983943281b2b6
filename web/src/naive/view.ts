// What is fetched when the view is first opened.
export { default as View } from './NaiveView.svelte';
export { NaiveSession as Session } from './session.svelte';
