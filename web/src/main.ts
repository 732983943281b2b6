import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { applyTheme } from './shell/theme.svelte';

applyTheme();
mount(App, { target: document.getElementById('app')! });

// Without a service worker (an old browser, a plain http host) the page only needs the network.
if (import.meta.env.PROD) navigator.serviceWorker?.register('./offline.js').catch(() => undefined);
