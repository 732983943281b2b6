// axe-core finds nothing, in both views and both themes.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { expectNoSidewaysScroll, openPage } from './page';

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(findings).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('the network, its evidence and a step have no findings', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&step=3');
      await expect(page.getByTestId('step')).toContainText('Eliminate');
      await expectNoFindings(page);
    });

    test('the table twin and the result have no findings', async ({ page }) => {
      await openPage(page, '#/bayes?net=student&e.letter=strong&target=grade&step=99');
      await expect(page.getByTestId('step')).toContainText('Result');
      await page.getByText('Table', { exact: true }).click();
      await expectNoFindings(page);
    });

    for (const width of [1440, 768, 360])
      test(`tables, what to observe and the solution fit ${width} pixels and have no findings`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await openPage(page, '#/bayes?net=asia&e.dysp=yes&target=lung&panel=tables');
        for (const panel of ['Tables', 'Observe next', 'Solution']) {
          await page.getByRole('tab', { name: panel }).click();
          await expect(page.getByRole('tabpanel', { name: panel }).getByRole('heading').first()).toBeVisible();
          await expectNoSidewaysScroll(page);
          await expectNoFindings(page);
        }
      });

    test('impossible evidence has no findings', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.lung=yes&e.either=no');
      await expect(page.getByRole('alert')).toBeVisible();
      await expectNoFindings(page);
    });

    test('naive Bayes has no findings: the homework, its arithmetic, a cell being edited', async ({ page }) => {
      await openPage(page, '#/naive');
      await expect(page.getByTestId('p 1')).toBeVisible();
      await page.getByText('What was learned').click();
      await expectNoFindings(page);
      await page.getByRole('region', { name: 'The arithmetic' }).getByText('Table', { exact: true }).click();
      await page.getByRole('gridcell').first().dblclick();
      await page.getByRole('button', { name: 'Paste…' }).click();
      await page.getByRole('gridcell').first().dblclick();
      await expectNoFindings(page);
    });

    test('naive Bayes has no findings: a message, and a table that cannot be learned from', async ({ page }) => {
      await openPage(page, '#/naive?data=spam&words=claim+the+free+prize+wizard');
      await expect(page.getByTestId('unseen')).toContainText('wizard');
      await page.getByText('What was learned').click();
      await page.getByRole('region', { name: 'The arithmetic' }).getByText('Text', { exact: true }).click();
      await expectNoFindings(page);
      await page.getByRole('button', { name: 'New' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await expectNoFindings(page);
    });

    test('the language view without a model has no findings', async ({ page }) => {
      await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
      await openPage(page, '#/language');
      await expect(page.getByText('No model here yet')).toBeVisible();
      await expectNoFindings(page);
    });
  });
}

test('the theme can be switched and is remembered', async ({ page }) => {
  await openPage(page, '');
  await page.getByRole('button', { name: 'Switch to the dark theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
