// The way to the view of networks.
import type { NetworkText } from '../bayes/session.svelte';

// Opens a network there, with what is to be observed and asked as in that view's address.
export type OpenNetwork = (network: NetworkText, wish: URLSearchParams) => void | Promise<void>;
