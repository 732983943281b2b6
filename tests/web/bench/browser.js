// A browser, and a server for the built page and, at /likelore/, the package.
import { chromium } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const types = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

// Isolated, a page has a clock of 5 microseconds; else of 100.
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

function fileOf(path) {
  if (path.startsWith('/likelore/')) return join(root, 'wasm/js/dist', path.slice('/likelore/'.length));
  return join(root, 'web/dist', path.replace(/\/$/, '/index.html'));
}

// `pages` are further texts by their paths.
export async function serve(pages = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://x');
    const headers = { ...isolation, 'content-type': types[extname(pathname) || '.html'] ?? 'application/octet-stream' };
    try {
      const content = pages[pathname] ?? (await readFile(fileOf(pathname)));
      response.writeHead(200, headers).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

export function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
