// The Bayes view: priors, evidence, impossible evidence, the elimination, files, deep links.
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { command, traceNatively } from './command';
import {
  dropFiles,
  expectNoSidewaysScroll,
  expectProbability,
  formulaText,
  openPage,
  showTable,
  stateButton,
} from './page';

const exercise = '#/bayes?net=homework&e.W=w&target=B&o=E&o=H&o=A';

test('Asia opens at once and shows its priors', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName(/5\.50%/);
  await showTable(page);
  await expectProbability(page, 'lung=yes', 0.055);
  await expectProbability(page, 'either=yes', 0.064828);
  await expectProbability(page, 'dysp=yes', 0.4359706);
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
});

test('clicking a state observes it and moves the posteriors; clicking again clears it', async ({ page }) => {
  await openPage(page, '');
  await stateButton(page, 'smoke', 'yes').click();
  await expect(stateButton(page, 'smoke', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
  await expect(page.getByTestId('log10-p-evidence')).toHaveText('−0.3010');
  await showTable(page);
  // By hand: P(either) = 1 − (1 − 0.1)(1 − 0.0104), P(xray) = 0.98 P(either) + 0.05 P(not either).
  await expectProbability(page, 'lung=yes', 0.1);
  await expectProbability(page, 'bronc=yes', 0.6);
  await expectProbability(page, 'either=yes', 0.10936);
  await expectProbability(page, 'xray=yes', 0.1517048);
  await page.getByRole('button', { name: 'Clear smoke = yes' }).first().click();
  await expectProbability(page, 'lung=yes', 0.055);
});

test('impossible evidence is explained, and clearing one observation mends it', async ({ page }) => {
  await openPage(page, '');
  await stateButton(page, 'lung', 'yes').click();
  await stateButton(page, 'either', 'no').click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('cannot occur together');
  await expect(alert).toContainText('lung');
  await expect(alert).toContainText('either');
  await expect(page.getByTestId('p-evidence')).toHaveText('0');
  await alert.getByRole('button', { name: 'Clear either = no' }).click();
  await expect(alert).toBeHidden();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.055');
});

test('the graph can be used with the keyboard alone', async ({ page }) => {
  await openPage(page, '');
  const first = stateButton(page, 'asia', 'yes');
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await expect(stateButton(page, 'asia', 'no')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(stateButton(page, 'tub', 'yes')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'tub', 'yes')).toHaveAttribute('aria-pressed', 'true');
});

// The steps of the textbook exercise P(B | W=w) with the order E, H, A.
const steps = [
  { formula: 'f1(A,B)=∑EP(E)P(A|B,E)', remaining: ['P(B)', 'f1(A,B)', 'P(H|A)', 'P(W=w|A)'] },
  { formula: 'f2(A)=∑HP(H|A)', remaining: ['P(B)', 'f1(A,B)', 'f2(A)', 'P(W=w|A)'] },
  { formula: 'f3(B,W=w)=∑Af1(A,B)f2(A)P(W=w|A)', remaining: ['P(B)', 'f3(B,W=w)'] },
];

async function expectStep(page: Page, index: number) {
  const detail = page.getByTestId('step');
  await expect(async () => {
    expect(await formulaText(detail.locator('math[display=block]'))).toBe(steps[index]!.formula);
  }).toPass({ timeout: 10_000 });
  const remaining = await detail.locator('li math').all();
  expect(await Promise.all(remaining.map(formulaText))).toEqual(steps[index]!.remaining);
}

test('the elimination steps forward and back through the trace', async ({ page }) => {
  await openPage(page, exercise);
  const next = page.getByRole('button', { name: 'Next step' });
  const back = page.getByRole('button', { name: 'Previous step' });
  await expect(page.getByTestId('step')).toContainText('Start');
  for (const index of steps.keys()) {
    await next.click();
    await expectStep(page, index);
  }
  await next.click();
  await expect(page.getByTestId('step')).toContainText('Result');
  await expect(next).toBeDisabled();
  for (const index of [...steps.keys()].reverse()) {
    await back.click();
    await expectStep(page, index);
  }
});

test('the sizes of generated factor, join and initial factor are told apart', async ({ page }) => {
  await openPage(page, exercise);
  const size = (title: string) => page.locator('dt', { hasText: title }).locator('xpath=following-sibling::dd');
  await expect(size('Largest generated factor')).toContainText('size 2, 4 cells');
  await expect(size('Largest join')).toContainText('size 3, 8 cells');
  await expect(size('Largest initial factor')).toContainText('size 3, 8 cells');
});

test('the result of the elimination equals the posterior', async ({ page }) => {
  await openPage(page, `${exercise}&step=4`);
  // P(b | w) by hand: P(b) Σ_A P(w|A) P(A|b) over the same for b and not b.
  const alarm = (b: [number, number]) => 0.002 * b[0] + 0.998 * b[1];
  const calls = (a: number) => 0.7 * a + 0.01 * (1 - a);
  const yes = 0.001 * calls(alarm([0.95, 0.94]));
  const no = 0.999 * calls(alarm([0.29, 0.001]));
  const shown = await page.getByTestId('result-b').textContent();
  expect(Number(shown)).toBeCloseTo(yes / (yes + no), 7);
});

test('the steps equal the trace that the command prints', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  const trace = traceNatively('asia', 'lung', 'dysp=yes', 'min-fill');
  await openPage(page, '#/bayes?net=asia&e.dysp=yes&target=lung&order=min-fill');
  const detail = page.getByTestId('step');
  for (const step of trace.steps) {
    await page.getByRole('button', { name: 'Next step' }).click();
    await expect(detail).toContainText(`Eliminate ${step.eliminate}`);
    const table = detail.getByRole('grid', { name: `Table of ${step.output.name}`, exact: true });
    const shown = await table.locator('td.figure').allTextContents();
    expect(shown.length).toBe(step.output.cells);
    for (const [cell, value] of step.output.values.entries())
      expect(Number(shown[cell]!.replace(' e', 'e').replace('−', '-'))).toBeCloseTo(value, 6);
    const remaining = await detail.locator('li math').all();
    expect(await Promise.all(remaining.map(formulaText))).toEqual(step.remaining);
  }
});

test('a network without numbers has steps, but no probabilities', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&e.W=w&target=B&o=E&o=H&o=A&step=3');
  await expectStep(page, 2);
  await expect(page.getByText('This network has no numbers')).toBeVisible();
  await expect(stateButton(page, 'A', 'a')).toHaveAccessibleName('A = a');
  await expect(page.getByRole('alert')).toBeHidden();
});

test('an order is made by hand with the keyboard', async ({ page }) => {
  await openPage(page, exercise);
  await page.getByRole('button', { name: 'Eliminate H', exact: true }).focus();
  await page.keyboard.press('Alt+ArrowRight');
  const names = page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: /^Eliminate [A-Z]$/ });
  await expect(names).toHaveText(['E', 'A', 'H']);
  await expect(page).toHaveURL(/o=E&o=A&o=H&step=3/);
});

test('a deep link restores the question, and the address follows what is done', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&order=min-degree&step=1');
  await expect(page.getByRole('combobox', { name: 'Ask about' })).toHaveValue('tub');
  await expect(page.getByRole('combobox', { name: 'Order' })).toHaveValue('min-degree');
  await expect(page.getByText(/^Step 1 of/)).toBeVisible();
  await expect(stateButton(page, 'xray', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await stateButton(page, 'smoke', 'no').click();
  await expect(page).toHaveURL(/e\.smoke=no/);
});

test('a dropped file with a mistake tells its line and column, and the network before it stays', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const content = 'network broken {\n}\nvariable x {\n  type discrete [ two ] { yes, no };\n}\n';
  await dropFiles(page, [{ name: 'broken.bif', content }]);
  await expect(page.getByRole('alert')).toContainText(/broken\.bif:4:19/);
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
});

test('a dropped network opens', async ({ page }) => {
  await openPage(page, '');
  const content = [
    'network coin {\n}',
    'variable coin {\n  type discrete [ 2 ] { heads, tails };\n}',
    'probability ( coin ) {\n  table 0.25, 0.75;\n}\n',
  ].join('\n');
  await dropFiles(page, [{ name: 'coin.bif', content }]);
  await expect(stateButton(page, 'coin', 'heads')).toHaveAccessibleName(/25\.00%/);
  await expect(page.getByRole('combobox', { name: 'Network' })).toContainText('coin.bif (your file)');
});

test('a file whose rows do not sum to one is opened with them normalised, when that is wanted', async ({ page }) => {
  await openPage(page, '');
  const content = [
    'network off { }',
    'variable A { type discrete [ 2 ] { yes, no }; }',
    'variable B { type discrete [ 2 ] { yes, no }; }',
    'probability ( A ) { table 0.3, 0.9; }',
    'probability ( B | A ) { (yes) 2, 6; (no) 0.5, 0.5; }',
  ].join('\n');
  await dropFiles(page, [{ name: 'off.bif', content }]);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('off.bif:4');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await alert.getByRole('button', { name: 'Normalise the rows and open' }).focus();
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'A', 'yes')).toHaveAccessibleName(/25\.00%/);
  await expect(alert).toBeHidden();
  await expect(page.getByText(/^2 rows did not have the sum 1 and were divided by it/)).toBeVisible();
  await stateButton(page, 'A', 'yes').click();
  await expect(stateButton(page, 'B', 'yes')).toHaveAccessibleName(/25\.00%/);
  // What no division mends is not offered.
  await dropFiles(page, [{ name: 'zero.bif', content: content.replace('0.3, 0.9', '0, 0') }]);
  await expect(alert).toContainText('zero.bif:4');
  await expect(alert.getByRole('button', { name: 'Normalise the rows and open' })).toHaveCount(0);
});

test('every example opens', async ({ page }) => {
  await openPage(page, '');
  const menu = page.getByRole('combobox', { name: 'Network' });
  await expect(menu).toHaveValue('asia');
  for (const id of ['cancer', 'earthquake', 'homework', 'homework-structure', 'monty-hall', 'sprinkler', 'student']) {
    await menu.selectOption(id);
    await expect(page).toHaveURL(new RegExp(`net=${id}`));
    await expect(page.getByTestId('step')).toBeVisible();
    await expect(page.getByRole('alert')).toBeHidden();
  }
});

test('a phone of 390 pixels needs no scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&step=3');
  await expect(page.getByTestId('step')).toContainText('Eliminate');
  await expectNoSidewaysScroll(page);
});

// The distance between the highest and the lowest middle of what is in sight, in pixels.
async function spread(parts: Locator): Promise<number> {
  const boxes = await parts.evaluateAll((all) => all.map((each) => each.getBoundingClientRect()).map(({ top, bottom, height }) => ({ middle: (top + bottom) / 2, height })));
  const middles = boxes.filter(({ height }) => height > 4).map(({ middle }) => middle);
  expect(middles.length).toBeGreaterThan(3);
  return Math.max(...middles) - Math.min(...middles);
}

for (const language of ['en', 'zh']) {
  for (const width of [1440, 1280, 768]) {
    test(`the heads of both cards are one line each, ${width} pixels wide, ${language}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await openPage(page, `#/bayes?net=asia&lang=${language}`);
      await expect(page.getByTestId('step')).toBeVisible();
      const network = page.locator('section', { has: page.locator('#network-title') });
      expect(await spread(network.locator('header').locator('button, select, fieldset'))).toBeLessThan(4);
      expect(await spread(page.getByRole('tab'))).toBe(0);
      await expectNoSidewaysScroll(page);
    });
  }
}
