// The page and the browser package as `likelore serve` gives them.
import { expect, test as base } from '@playwright/test';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { answerNatively, command } from './command';
import { stateButton } from './page';

const root = resolve(import.meta.dirname, '../..');

interface Server {
  address: string;
  package: string | null;
  stop: () => Promise<number | null>;
}

async function stop(running: ChildProcess): Promise<number | null> {
  if (running.exitCode === null) {
    running.kill('SIGINT');
    await once(running, 'exit');
  }
  return running.exitCode;
}

async function start(directory: string): Promise<Server> {
  const words = ['serve', directory, '--port', '0', '--json', '--quiet'];
  const running = spawn(command!, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(running, 'exit').then(([code]) => Promise.reject(new Error(`likelore serve ended with ${code}`)));
  failed.catch(() => undefined); // after the address it may
  const [line] = (await Promise.race([once(createInterface(running.stdout), 'line'), failed])) as [string];
  return { ...(JSON.parse(line) as Server), stop: () => stop(running) };
}

// Each server that a test starts ends with it.
const test = base.extend<{ serve: (directory: string) => Promise<Server> }>({
  serve: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (directory) => {
      servers.push(await start(directory));
      return servers.at(-1)!;
    });
    await Promise.all(servers.map((server) => server.stop()));
  },
});

test.use({ serviceWorkers: 'allow' });
test.skip(!command, 'needs the native command');

test('the page is isolated and works, without a complaint of the browser', async ({ page, serve }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  const { address } = await serve(join(root, 'web/dist'));
  await page.goto(`${address}#/bayes?net=asia`);
  await stateButton(page, 'smoke', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(complaints).toEqual([]);
});

test('the page works after its server has ended', async ({ page, serve }) => {
  const server = await serve(join(root, 'web/dist'));
  await page.goto(server.address);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  expect(await server.stop()).toBe(0);
  await page.reload();
  await stateButton(page, 'smoke', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
});

test('the page is not sent twice', async ({ page, serve }) => {
  const { address } = await serve(join(root, 'web/dist'));
  await page.goto(address);
  const names = JSON.parse(readFileSync(join(root, 'web/dist/files.json'), 'utf8')) as string[];
  for (const name of names) {
    const first = await fetch(new URL(name, address));
    const tag = first.headers.get('etag')!;
    const second = await fetch(new URL(name, address), { headers: { 'if-none-match': tag } });
    expect([name, first.status, second.status]).toEqual([name, 200, 304]);
    const kept = first.headers.get('cache-control')!.includes('immutable');
    expect([name, kept]).toEqual([name, name.startsWith('./assets/')]);
  }
});

const ownPage = `<!doctype html>
<title>One's own</title>
<pre></pre>
<script type="module">
  import { openBayesLab } from '/likelore/worker/index.js';
  const text = await (await fetch('asia.bif')).text();
  const network = await (await openBayesLab()).openNetwork(text, 'asia.bif');
  const { posteriors } = await network.query({ evidence: { xray: 'yes' } });
  document.querySelector('pre').textContent = posteriors.lung.yes;
</script>
`;

test('the browser package works in a page of one’s own', async ({ page, serve }, { outputDir }) => {
  mkdirSync(outputDir, { recursive: true });
  writeFileSync(join(outputDir, 'index.html'), ownPage);
  writeFileSync(join(outputDir, 'asia.bif'), readFileSync(join(root, 'docs/examples/networks/asia.bif')));
  const server = await serve(outputDir);
  test.skip(!server.package, 'needs the browser package beside the command');
  await page.goto(server.address);
  const expected = answerNatively('asia', '-e', 'xray=yes').posteriors.lung!.yes!;
  await expect(page.locator('pre')).toHaveText(String(expected));
});
