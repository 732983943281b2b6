// What a first visit costs: the page up to its first posteriors, compressed as hosts compress it.
import { expect, test } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { openPage, stateButton } from './page';

const limit = 250_000;

test('the first posteriors need at most 250 kB', async ({ page }) => {
  // By address: what is asked for again is in the browser's cache.
  const bodies = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => bodies.set(response.url(), response.body()));
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/5\.50%/);
  await page.waitForLoadState('networkidle');
  const sizes = (await Promise.all(bodies.values())).map((body) => gzipSync(body).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(100_000); // the module is among them
  expect(total).toBeLessThanOrEqual(limit);
});
