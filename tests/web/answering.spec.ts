// What a person sees between a click and its answer, when the core takes its time.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { openPage, stateButton } from './page';

// Lets every query wait for so many milliseconds before the worker hears of it.
async function delayQueries(page: Page, delay: number) {
  await page.addInitScript((milliseconds) => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: { method?: string }, ...rest: unknown[]) {
      const send = () => Reflect.apply(post, this, [message, ...rest]);
      if (message.method === 'query' && (window as unknown as { slow?: boolean }).slow) setTimeout(send, milliseconds);
      else send();
    };
  }, delay);
}

const slowDown = (page: Page) => page.evaluate(() => ((window as unknown as { slow: boolean }).slow = true));

test('a finding is shown before its posteriors when these are slow, and the page says that it computes', async ({ page }) => {
  await delayQueries(page, 1500);
  await openPage(page, '');
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await slowDown(page);
  await stateButton(page, 'smoke', 'yes').click();
  await expect(stateButton(page, 'smoke', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await expect(page.getByText('Computing…')).toBeVisible();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
  await expect(page.getByText('Computing…')).toBeHidden();
});

test('clicks that overtake the answers all count, and the last one stands', async ({ page }) => {
  await delayQueries(page, 400);
  await openPage(page, '');
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await slowDown(page);
  await stateButton(page, 'smoke', 'yes').click();
  await stateButton(page, 'asia', 'yes').click();
  await stateButton(page, 'smoke', 'no').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.005');
  await expect(stateButton(page, 'smoke', 'no')).toHaveAttribute('aria-pressed', 'true');
  await expect(stateButton(page, 'smoke', 'yes')).toHaveAttribute('aria-pressed', 'false');
  await expect(page).toHaveURL(/e\.smoke=no&e\.asia=yes|e\.asia=yes&e\.smoke=no/);
});

test('an example is on show before the core is there, and takes findings meanwhile', async ({ page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  await openPage(page, '#/bayes?net=asia&lang=en');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/5\.50%/);
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await stateButton(page, 'smoke', 'yes').click();
  await expect(stateButton(page, 'smoke', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('Computing…')).toBeVisible();
  release();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/10\.00%/);
});

test('a core that cannot be loaded is told beside the example', async ({ page }) => {
  await page.route(/\.wasm$/, (route) => route.abort());
  await openPage(page, '#/bayes?net=asia&lang=en');
  await expect(page.getByRole('alert').first()).toContainText('could not');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
});
