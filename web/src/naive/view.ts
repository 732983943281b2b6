// What is fetched when the view is first opened.
export { default as NaiveView } from './NaiveView.svelte';
export { NaiveSession } from './session.svelte';
