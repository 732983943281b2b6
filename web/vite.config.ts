import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the built page works on any host, in any folder.
  base: './',
  // A missing file is a 404, not the page again: the language view asks whether a model is there.
  appType: 'mpa',
  plugins: [svelte()],
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: true },
  server: { fs: { allow: ['..'] } },
});
