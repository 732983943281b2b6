import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { learnedTokenizer } from './learned.ts';
import { openedExamples } from './opened.ts';

// The browser itself keeps the promise that nothing leaves the machine. (The development server
// needs inline styles, so the policy is that of the built page.)
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

// The list of everything the page is made of, for the service worker to keep.
function fileList(): Plugin {
  return {
    name: 'file-list',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = ['./', './icon.svg', ...Object.keys(bundle).map((name) => `./${name}`)];
      this.emitFile({ type: 'asset', fileName: 'files.json', source: JSON.stringify(files) });
    },
  };
}

export default defineConfig({
  // Relative addresses: the built page works on any host, in any folder.
  base: './',
  // A missing file is a 404, not the page again: the language view asks whether a model is there.
  appType: 'mpa',
  plugins: [svelte(), openedExamples(), learnedTokenizer(), contentSecurityPolicy(), fileList()],
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: true },
  server: { fs: { allow: ['..'] } },
});
