// Once visited, the page works without a network; and it never asks another host for anything.
import { expect, test } from '@playwright/test';
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
