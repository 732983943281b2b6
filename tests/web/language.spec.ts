// The language view: no model, wrong files, the text streamed, stopped, looked into, and equal to the
// native command's.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { checkpointFiles, command, infoNatively, sampleNatively } from './command';
import { dropFiles, expectNoSidewaysScroll, openPage } from './page';

async function openWithoutModel(page: Page, address = '#/language') {
  await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await openPage(page, address);
  await expect(page.getByText('No model here yet')).toBeVisible();
}

test('without a model the view says how to come by one', async ({ page }) => {
  await openWithoutModel(page);
  await expect(page.getByText('./quickstart')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open a folder…' })).toBeVisible();
});

test('an incomplete checkpoint is refused by the names of what is missing', async ({ page }) => {
  await openWithoutModel(page);
  await dropFiles(page, [{ name: 'config.json', content: '{}' }]);
  await expect(page.getByRole('alert')).toContainText('tokenizer.json, model.safetensors');
});

test('files that are no checkpoint are refused, and the page goes on', async ({ page }) => {
  await openWithoutModel(page);
  const names = ['config.json', 'tokenizer.json', 'model.safetensors'];
  await dropFiles(page, names.map((name) => ({ name, content: 'not what it should be' })));
  await expect(page.getByRole('alert')).toContainText('cannot be opened');
  await expect(page.getByText('No model here yet')).toBeVisible();
});

test.describe('with a model trained by the command', () => {
  test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');

  const sampling = { prompt: 'The ship', temperature: 0.9, topK: 12, topP: 0.9, maxTokens: 200, seed: 7 };
  const address = `#/language?prompt=${encodeURIComponent(sampling.prompt)}&t=0.9&k=12&p=0.9&n=200&seed=7`;

  async function openModel(page: Page, fragment = address) {
    await openWithoutModel(page, fragment);
    await dropFiles(page, checkpointFiles());
    await expect(page.getByRole('button', { name: 'Generate' })).toBeVisible();
  }

  // The written text, once the writing is over.
  async function writtenText(page: Page): Promise<string> {
    await expect(page.getByTestId('output')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
    const tokens = await page.getByTestId('output').locator('.token').allTextContents();
    return tokens.join('');
  }

  test('the card tells the parameters and the digest that the command tells', async ({ page }) => {
    await openModel(page);
    const info = infoNatively();
    await expect(page.getByTestId('digest')).toHaveAttribute('title', info.digest);
    await expect(page.getByText(info.parameters.toLocaleString('en'), { exact: true })).toBeVisible();
  });

  test('the same checkpoint, prompt and seed give the text of the command, byte for byte', async ({ page }) => {
    await openModel(page);
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect(page.getByTestId('output')).toBeVisible();
    const written = await writtenText(page);
    expect(Buffer.from(written)).toEqual(Buffer.from(sampleNatively(sampling)));
  });

  test('the greedy text equals the command’s', async ({ page }) => {
    await openModel(page, address.replace('t=0.9', 't=0'));
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect(page.getByTestId('output')).toBeVisible();
    expect(await writtenText(page)).toBe(sampleNatively({ ...sampling, temperature: 0 }));
  });

  test('writing can be stopped', async ({ page }) => {
    await openModel(page, address.replace('n=200', 'n=100000'));
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => page.locator('.token').count()).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('button', { name: 'Generate' })).toBeVisible();
    await expect(page.getByTestId('speed')).toContainText('stopped');
    expect(await page.locator('.token').count()).toBeLessThan(100_000);
  });

  test('a token pointed at or reached by keyboard shows what the model considered', async ({ page }) => {
    await openModel(page, address.replace('k=12&p=0.9', 'k=0&p=1'));
    await page.getByRole('button', { name: 'Generate' }).click();
    await writtenText(page);
    await page.locator('.token').nth(3).hover();
    const rows = page.getByTestId('candidates').locator('tbody tr');
    await expect(rows.first()).toBeVisible(); // the filters leave one at least
    expect(await rows.count()).toBeLessThanOrEqual(10);
    await expect(page.getByTestId('candidates')).toContainText('chosen');
    await page.locator('.token').nth(3).focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('.token').nth(4)).toBeFocused();
    await expect(page.locator('.token').nth(4)).toHaveAttribute('aria-pressed', 'true');
  });

  test('the sliders are in the address', async ({ page }) => {
    await openModel(page);
    await page.getByRole('slider', { name: 'Temperature' }).fill('0.35');
    await expect(page).toHaveURL(/t=0\.35/);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing in the ${colorScheme} theme, and a phone needs no scrolling sideways`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await openModel(page, address.replace('n=200', 'n=60'));
      await page.getByRole('button', { name: 'Generate' }).click();
      await writtenText(page);
      await page.locator('.token').nth(3).hover();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectNoSidewaysScroll(page);
    });
});
