// Once visited, the page works without a network; and it never asks another host for anything.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { openPage, stateButton } from './page';

test.use({ serviceWorkers: 'allow' });

test('the page works without a network after the first visit', async ({ page, context }) => {
  await openPage(page, '');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true);
  await context.setOffline(true);
  await page.reload();
  await stateButton(page, 'smoke', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
});

test('the view of tokens works without a network though it was never opened before', async ({ page, context }) => {
  await openPage(page, '');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Tokens' }).click();
  await expect(page.getByTestId('merges')).toContainText('unbelievable');
});

// The service worker with a host that gives `status`, and a cache that refuses what the caches of browsers
// refuse; what the page gets, and how many answers were kept.
async function answered(status: number): Promise<{ status: number; kept: number }> {
  const listeners = new Map<string, (event: object) => void>();
  let kept = 0;
  const cache = {
    put(_: unknown, response: Response) {
      if (response.status === 206) throw new TypeError('partial');
      kept++;
    },
    match: () => undefined,
  };
  runInNewContext(readFileSync(new URL('../../web/public/offline.js', import.meta.url), 'utf8'), {
    URL,
    self: {
      location: { origin: 'http://host' },
      addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    },
    caches: { open: () => Promise.resolve(cache) },
    fetch: () => Promise.resolve(new Response('part', { status })),
  });
  let answer: Promise<Response> | undefined;
  listeners.get('fetch')!({
    request: { method: 'GET', url: 'http://host/model' },
    respondWith: (given: Promise<Response>) => (answer = given),
  });
  return { status: (await answer!).status, kept };
}

test('whole answers alone are kept, and parts are passed on', async () => {
  expect(await answered(200)).toEqual({ status: 200, kept: 1 });
  expect(await answered(206)).toEqual({ status: 206, kept: 0 });
  expect(await answered(404)).toEqual({ status: 404, kept: 0 });
});

test('nothing is asked of another host', async ({ page, baseURL }) => {
  const strangers: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL!) && !/^(data|blob):/.test(request.url())) strangers.push(request.url());
  });
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await openPage(page, '#/language');
  await expect(page.getByRole('button', { name: 'Open a folder…' })).toBeVisible();
  expect(strangers).toEqual([]);
});
