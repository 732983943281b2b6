// The switch for exact fractions: in the nodes, the table and the evidence, and in the address.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { command, exactPosteriors } from './command';
import { openPage, showTable, stateButton } from './page';

const fractions = (page: Page) => page.getByRole('checkbox', { name: 'Fractions' });

test('fractions are shown where there is room, and follow the evidence', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia');
  await expect(stateButton(page, 'either', 'yes')).toHaveAccessibleName(/6\.48%/);
  await fractions(page).check();
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/11\/200/);
  // 16207/250000 has no room in a node.
  await expect(stateButton(page, 'either', 'yes')).toHaveAccessibleName(/6\.48%/);
  await stateButton(page, 'smoke', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('1/2');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/1\/10/);
  await expect(page).toHaveURL(/exact=1/);
  await fractions(page).uncheck();
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/10\.00%/);
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
});

test('the table twin has every fraction in full, as the command computes them', async ({ page }) => {
  test.skip(!command, 'needs the native command');
  await openPage(page, '#/bayes?net=asia&e.dysp=yes&exact=1');
  await showTable(page);
  for (const [name, states] of Object.entries(exactPosteriors('asia', 'dysp=yes')))
    for (const [state, fraction] of Object.entries(states))
      await expect(page.getByTestId(`${name}=${state} exactly`)).toHaveText(fraction);
});

test('a network without numbers has no fractions to show', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&exact=1');
  await expect(page.getByRole('heading', { name: /step by step/ })).toBeVisible();
  await expect(fractions(page)).toHaveCount(0);
});
