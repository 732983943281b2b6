// A Markov network, dropped as a file: what the page shows of it, checked against all joint states.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { dropFiles, expectProbability, openPage, showTable, stateButton } from './page';

// A cycle of four variables of two states; each potential is over two of them.
const potentials: [number, number, number[]][] = [
  [0, 1, [1, 2, 3, 4]],
  [1, 2, [2, 1, 5, 7]],
  [2, 3, [1, 9, 2, 3]],
  [3, 0, [2, 2, 3, 1]],
];
const file = [
  'MARKOV 4 2 2 2 2 4',
  ...potentials.map(([a, b]) => `2 ${a} ${b}`),
  ...potentials.map(([, , values]) => `4 ${values.join(' ')}`),
].join('\n');

function weight(states: number[]): number {
  return potentials.reduce((product, [a, b, values]) => product * values[2 * states[a]! + states[b]!]!, 1);
}

// The sum of the weights of all joint states that agree with what is known.
function sum(known: Record<number, number>): number {
  let total = 0;
  for (let code = 0; code < 16; code++) {
    const states = [3, 2, 1, 0].map((bit) => (code >> bit) & 1);
    if (Object.entries(known).every(([variable, state]) => states[Number(variable)] === state)) total += weight(states);
  }
  return total;
}

async function openCycle(page: Page, panel: string) {
  await openPage(page, `#/bayes?panel=${panel}`);
  await expect(stateButton(page, 'lung', 'yes')).toContainText('5.50%');
  await dropFiles(page, [{ name: 'cycle.uai', content: file }]);
  await expect(stateButton(page, 'v0', '1')).toBeVisible();
}

test('a Markov network has posteriors, Z, and lines without heads', async ({ page }) => {
  await openCycle(page, 'elimination');
  await expect(page.getByTestId('log10-p-evidence')).toHaveText(Math.log10(sum({})).toFixed(4));
  await expect(page.getByTestId('p-evidence')).toBeHidden();
  const lines = page.locator('[data-edges="plain"]');
  await expect(lines).toHaveAttribute('data-count', '4');
  await expect(lines.locator('path')).toHaveCount(1);
  await showTable(page);
  await expectProbability(page, 'v2=1', sum({ 2: 1 }) / sum({}));
  await page.getByRole('button', { name: 'Observe v0 = 1' }).click();
  await expectProbability(page, 'v2=1', sum({ 0: 1, 2: 1 }) / sum({ 0: 1 }));
});

test('the potentials of a Markov network are cards of the workbench', async ({ page }) => {
  await openCycle(page, 'factors');
  await page.getByRole('button', { name: 'Of the network…' }).click();
  const list = page.getByRole('group', { name: 'Factors of the network' });
  await expect(list.getByRole('button')).toHaveText(['φ1(v0,v1)', 'φ2(v1,v2)', 'φ3(v2,v3)', 'φ4(v3,v0)']);
  await list.getByRole('button', { name: 'φ2(v1,v2)' }).click();
  await expect(page.getByRole('article', { name: 'φ2(v1,v2)' }).getByRole('row')).toHaveText([/v1\s*v2/, /2$/, /1$/, /5$/, /7$/]);
  await page.getByRole('button', { name: 'Of the question' }).click();
  await expect(page.getByRole('article')).toHaveCount(5);
});

test('every panel takes a Markov network', async ({ page }) => {
  await openCycle(page, 'elimination');
  for (const panel of ['Elimination', 'Factors', 'Independence', 'Tables', 'Observe next', 'Solution']) {
    await page.getByRole('tab', { name: panel }).click();
    await expect(page.getByRole('tabpanel', { name: panel }).getByRole('heading').first()).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});
