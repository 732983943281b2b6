import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { readAddress } from './lib/address';
import { language } from './lib/text';
import { applyTheme } from './shell/theme.svelte';

applyTheme();
// Not awaited at the top level: a catalogue imports from this module's chunk, which would wait for it.
void language.start(readAddress().language ?? null).then(() => {
  mount(App, { target: document.getElementById('app')! });
});

// Without a service worker (an old browser, a plain http host) the page only needs the network.
if (import.meta.env.PROD) navigator.serviceWorker?.register('./offline.js').catch(() => undefined);
