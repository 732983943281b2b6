// The service worker: keeps the page for the time without a network. Installing takes in every file
// of the build; afterwards the network is asked first, so that what is shown is never older than
// what the host has.
const cacheName = 'likelore';

async function keepEverything() {
  const files = await (await fetch('./files.json', { cache: 'no-cache' })).json();
  const cache = await caches.open(cacheName);
  await cache.addAll(files);
}

async function answer(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    // A cache takes no part of a file (206).
    if (response.status === 200) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('install', (event) => event.waitUntil(keepEverything()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const ours = new URL(url).origin === self.location.origin;
  if (method === 'GET' && ours) event.respondWith(answer(event.request));
});
