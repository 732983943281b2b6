// What is fetched when training is first opened.
export { default as View } from './TrainView.svelte';
export { TrainSession as Session } from './session.svelte';
