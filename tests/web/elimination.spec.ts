// The elimination panel: cells that combine, places in the steps, the interaction graph, files to save,
// orders compared, and the quiz.
import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { chainNetwork, generatedNetwork } from './networks';
import { dropFiles, expectNoSidewaysScroll, formulaText, openPage } from './page';

const homework = '#/bayes?net=homework&e.W=w&target=B';
const given = `${homework}&o=E&o=H&o=A`;

const detail = (page: Page) => page.getByTestId('step');
const tableOf = (page: Page, name: string) => detail(page).getByRole('grid', { name, exact: true });
const cell = (table: Locator, index: number) => table.locator(`[data-cell="${index}"]`);
const litCells = (table: Locator) =>
  table.locator('tr.lit [data-cell]').evaluateAll((cells) => cells.map((each) => Number(each.getAttribute('data-cell'))));

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

// ---- Cells that combine ------------------------------------------------------------------------

test('pointing at a cell of the new factor lights the cells that it is made of, and tells the arithmetic', async ({ page }) => {
  await openPage(page, `${given}&step=1`);
  const made = tableOf(page, 'Table of f1(A,B)');
  await expect(made.locator('..').locator('..')).toContainText('size 2, 4 cells');
  await cell(made, 0).hover();
  await expect.poll(() => litCells(tableOf(page, 'Table of P(E)'))).toEqual([0, 1]);
  expect(await litCells(tableOf(page, 'Table of P(A|B,E)'))).toEqual([0, 1]);
  await expect(page.getByTestId('cell')).toHaveText('f1(A=a, B=b) = 0.002 × 0.95 + 0.998 × 0.94 = 0.94002');
  // Away from it nothing is lit; a click keeps it.
  await page.getByRole('heading', { name: 'Variable elimination' }).hover();
  await expect.poll(() => litCells(tableOf(page, 'Table of P(E)'))).toEqual([]);
  await cell(made, 3).click();
  await page.getByRole('heading', { name: 'Variable elimination' }).hover();
  await expect.poll(() => litCells(tableOf(page, 'Table of P(A|B,E)'))).toEqual([6, 7]);
  await page.getByRole('button', { name: 'Let go of the cell' }).click();
  await expect.poll(() => litCells(made)).toEqual([]);
});

test('the keyboard goes through a table, and into the join when that is shown', async ({ page }) => {
  await openPage(page, `${given}&step=1`);
  const made = tableOf(page, 'Table of f1(A,B)');
  await cell(made, 0).focus();
  await page.keyboard.press('ArrowDown');
  await expect(cell(made, 1)).toBeFocused();
  await expect(page.getByTestId('cell')).toContainText('f1(A=a, B=not_b) = 0.002 × 0.29 + 0.998 × 0.001 = 0.001578');
  await page.keyboard.press('End');
  await expect(cell(made, 3)).toBeFocused();
  // One stop of the Tab key a table.
  expect(await made.locator('[tabindex="0"]').count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => litCells(made)).toEqual([]);
  const show = page.getByRole('button', { name: 'Show the join' });
  await show.focus();
  await page.keyboard.press('Enter');
  const join = tableOf(page, 'Table of the join over A, B, E');
  await cell(join, 3).focus();
  await expect(page.getByTestId('cell')).toHaveText('{A=a, B=not_b, E=not_e} = 0.998 × 0.001 = 0.000998');
  expect(await litCells(made)).toEqual([1]);
  expect(await litCells(tableOf(page, 'Table of P(E)'))).toEqual([1]);
});

test('a cell of an input tells into how many products and cells it goes', async ({ page }) => {
  await openPage(page, `${given}&step=1`);
  await cell(tableOf(page, 'Table of P(E)'), 0).click();
  await expect(page.getByTestId('cell')).toHaveText('P(E=e) is a factor of 4 products, and of 4 cells of the new factor.');
  expect(await litCells(tableOf(page, 'Table of P(A|B,E)'))).toEqual([0, 2, 4, 6]);
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test('a tap on a cell tells its arithmetic, and nothing scrolls sideways', async ({ page }) => {
    await openPage(page, `${given}&step=4&exact=1`);
    await cell(tableOf(page, 'Table of P(B|W=w)'), 0).tap();
    await expect(page.getByTestId('cell')).toContainText('= 32930690/586817249');
    await expectNoSidewaysScroll(page);
    await openPage(page, `${given}&step=1&exact=1`);
    await cell(tableOf(page, 'Table of f1(A,B)'), 0).tap();
    await expect(page.getByTestId('cell')).toHaveText('f1(A=a, B=b) = 1/500 × 19/20 + 499/500 × 47/50 = 47001/50000');
    await expectNoSidewaysScroll(page);
  });
});

test('without numbers the cells that combine are lit, and their names told', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&e.W=w&target=B&o=E&o=H&o=A&step=1');
  await cell(tableOf(page, 'Table of f1(A,B)'), 0).click();
  expect(await litCells(tableOf(page, 'Table of P(A|B,E)'))).toEqual([0, 1]);
  await expect(page.getByTestId('cell')).toContainText('P(E=e) × P(A=a | B=b, E=e) + ');
});

// ---- What is known -----------------------------------------------------------------------------

const question = (page: Page) => page.getByRole('region', { name: 'The question as a formula' });

test('a likelihood stands in the question, and its table has its sign', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=lung&l.xray=0.9+0.3&do.tub=yes&e.dysp=yes&step=1');
  expect(await formulaText(question(page))).toBe('P(lung|dysp=yes,do(tub=yes),λ(xray))');
  await expect(page.getByText('λ(xray): the likelihood of each state')).toBeVisible();
  await cell(tableOf(page, 'Table of f1(either,λ(xray))'), 0).click();
  await expect(page.getByTestId('cell')).toHaveText(
    'f1(either=yes, λ(xray)) = 0.98 × 0.9 + 0.02 × 0.3 = 0.888',
  );
  await expect(page.locator('#panel')).not.toContainText('likelihood of xray');
});

test('a likelihood that does not matter is named by its sign', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=lung&e.smoke=yes&l.asia=0.9+0.3');
  await expect(page.getByText('Not needed for this question:')).toContainText('λ(asia)');
  await expect(page.locator('#panel')).not.toContainText('likelihood of asia');
});

test('where every variable is observed, the product of the entries is the answer', async ({ page }) => {
  await openPage(page, '#/bayes?net=abcd&e.A=not_a&e.B=not_b&e.C=not_c&e.D=d&target=D');
  const full = page.getByTestId('full-evidence');
  await expect(page.getByTestId('joint')).toHaveText('0.06');
  expect(await formulaText(question(page))).toBe('P(A=not_a,B=not_b,C=not_c,D=d)');
  const rows = full.locator('tbody tr');
  await expect(rows).toHaveCount(4);
  expect(await rows.locator('.figure').allTextContents()).toEqual(['0.6', '0.8', '0.5', '0.25']);
  expect(await formulaText(rows.nth(2).locator('math'))).toBe('P(C=not_c|A=not_a,D=d)');
  await full.getByRole('button', { name: 'Write it up' }).click();
  await page.getByRole('button', { name: 'P(evidence)' }).click();
  await expect(page.getByRole('article')).toContainText('0.6 × 0.8 × 0.5 × 0.25 = 0.06');
});

test('a joint of probability zero has its entry that is zero, and a variable that is set has none', async ({ page }) => {
  const observed = ['asia=no', 'tub=yes', 'smoke=yes', 'lung=no', 'bronc=no', 'xray=yes', 'dysp=yes'];
  const rest = observed.map((each) => `e.${each}`).join('&');
  await openPage(page, `#/bayes?net=asia&${rest}&e.either=no&target=dysp`);
  await expect(page.getByTestId('joint')).toHaveText('0');
  await openPage(page, `#/bayes?net=asia&${rest.replace('e.asia', 'do.asia')}&e.either=yes&target=dysp`);
  await expect(page.getByTestId('full-evidence').locator('tbody tr')).toHaveCount(7);
  await expect(page.getByTestId('joint')).toHaveText(await page.getByTestId('p-evidence').innerText());
});

test('an observed variable leads to those that can be asked about', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&e.dysp=yes&target=dysp');
  await page.getByTestId('full-evidence').getByRole('button', { name: 'Ask about xray' }).click();
  await expect(page.getByTestId('full-evidence')).toHaveCount(0);
  expect(await formulaText(question(page))).toBe('P(xray|dysp=yes)');
});

test('a table whose numbers are too many to be shown says so', async ({ page }) => {
  const parents = ['A', 'B', 'C', 'D', 'E'];
  const quarters = [0.25, 0.25, 0.25, 0.25];
  const states = ['1', '2', '3', '4'];
  const rows = 4 ** parents.length;
  const variables = [
    ...parents.map((name) => ({ name, states, parents: [] as string[], table: quarters })),
    { name: 'X', states: ['x', 'y'], parents, table: Array.from({ length: rows }, () => [0.75, 0.25]).flat() },
  ];
  await openPage(page, '');
  await dropFiles(page, [{ name: 'wide.json', content: JSON.stringify({ version: 1, name: 'wide', variables }) }]);
  await expect(page.getByText('Numbers are shown of up to 1,024 cells,')).toHaveCount(1);
  await page.getByRole('button', { name: 'Last step' }).click();
  await expect(page.getByTestId('result-x')).toHaveText('0.75');
});

// ---- Places ------------------------------------------------------------------------------------

test('in detail, a step is a join, a sum and a new factor, through which buttons, slider and play go', async ({ page }) => {
  await openPage(page, `${given}&step=1`);
  await page.getByLabel('In detail').check();
  await expect(detail(page)).toContainText('Eliminate E: join');
  await expect(tableOf(page, 'Table of the join over A, B, E')).toBeVisible();
  await expect(tableOf(page, 'Table of f1(A,B)')).toBeHidden();
  await page.getByRole('button', { name: 'Next step' }).click();
  await expect(detail(page)).toContainText('Eliminate E: sum out');
  await expect(tableOf(page, 'Table of P(E)')).toBeHidden();
  await expect(page).toHaveURL(/step=1&phase=sum/);
  const slider = page.getByRole('slider', { name: 'Place in the steps' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(detail(page)).toContainText('Eliminate E: new factor');
  await expect(detail(page)).toContainText('Remaining factors');
  await page.keyboard.press('End');
  await expect(detail(page)).toContainText('Result');
  await expect(slider).toHaveAttribute('aria-valuetext', 'Step 4 of 4');
  await slider.fill('5');
  await expect(detail(page)).toContainText('Eliminate H: sum out');
  await expect(page).toHaveURL(/step=2&phase=sum/);
  await page.reload();
  await expect(detail(page)).toContainText('Eliminate H: sum out');
  await slider.fill('9');
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(detail(page)).toContainText('Result');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
});

// ---- The interaction graph ---------------------------------------------------------------------

test('the interaction graph shows what is eliminated and the fill-in edges that this adds', async ({ page }) => {
  await openPage(page, `${homework}&o=E&o=A&o=H&step=2`);
  const graph = page.getByRole('img', { name: /^Interaction graph/ });
  await expect(graph).toHaveAccessibleName(/3 variables, 2 edges. A adds 1 fill-in edge: B – H/);
  await expect(graph.locator('.active text')).toHaveText('A');
  await expect(graph.locator('[data-fill]')).toHaveCount(1);
  await expect(graph.locator('[data-interaction=E]')).toHaveCount(0);
  await expect(page.getByTestId('fill-in')).toHaveText('A adds 1 fill-in edge: B – H.');
  // Once the step is over, A is gone and its neighbours are connected.
  await openPage(page, `${homework}&o=E&o=A&o=H&step=2&phase=new`);
  await expect(graph.locator('[data-interaction=A]')).toHaveCount(0);
  await expect(graph.locator('[data-fill="B–H"]')).toHaveCount(1);
  await page.getByRole('group', { name: 'Show the interaction graph as' }).getByText('Listed').click();
  const rows = page.getByRole('region', { name: 'Interaction graph' }).getByRole('row');
  await expect(rows).toHaveText([/Eliminate/, /1\. E\s*A, B\s*none/, /2\. A\s*B, H\s*B – H/, /3\. H\s*B\s*none/]);
});

test('of a large network the surroundings of the variable are drawn, and long lists are cut', async ({ page }) => {
  await openPage(page, '');
  await dropFiles(page, [{ name: 'large.bif', content: generatedNetwork(200) }]);
  await page.getByRole('combobox', { name: 'Ask about' }).selectOption('node_0');
  await expect(page.getByText('Nothing else', { exact: false }).or(page.getByText(/Not needed for this question/))).toBeVisible();
  const more = page.getByRole('button', { name: /^… 19\d more$/ });
  await more.click();
  await expect(page.getByText('node_199')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Show fewer' }).first().click();
  await expect(more).toBeVisible();
});

// ---- Files -------------------------------------------------------------------------------------

async function saved(page: Page, button: Locator): Promise<{ name: string; content: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), 'utf8') };
}

test('the worked steps are saved in four formats', async ({ page }) => {
  await openPage(page, `${given}&step=1`);
  const group = page.getByRole('group', { name: 'Save the worked steps as' });
  const markdown = await saved(page, group.getByRole('button', { name: 'Markdown' }));
  expect(markdown.name).toBe('elimination.md');
  expect(markdown.content).toContain('0.94002');
  const latex = await saved(page, group.getByRole('button', { name: 'LaTeX' }));
  expect(latex.content).toContain('\\documentclass');
  expect((await saved(page, group.getByRole('button', { name: 'HTML' }))).content).toContain('<html lang=');
  const text = await saved(page, group.getByRole('button', { name: 'TXT' }));
  expect(text.content).toContain('eliminate E: f1(A,B) = Σ_E P(E) P(A|B,E)');
  expect(text.content).toContain('total: 8 generated cells, 16 multiplications, 8 additions');
  await page.getByLabel('Fractions').check();
  await expect(tableOf(page, 'Table of f1(A,B)')).toContainText('47001/50000');
  expect((await saved(page, group.getByRole('button', { name: 'TXT' }))).content).toContain('47001/50000');
});

// ---- Orders compared ---------------------------------------------------------------------------

const figures = (page: Page, order: RegExp) =>
  page
    .getByRole('region', { name: 'Orders compared' })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: order }) })
    .getByRole('cell')
    .allInnerTexts()
    .then((cells) => cells.map((each) => each.replace(/\s+/g, ' ').trim()));

test('orders are compared by the figures of the core, the best of each column marked', async ({ page }) => {
  await openPage(page, given);
  await page.getByText('Compare orders').click();
  await expect.poll(() => figures(page, /^Take the order my own order: E, H, A/)).toEqual([
    ...['2', '2 · 4', '3 · 8', '3 · 8', '8', '16', '8'],
  ]);
  await page.getByLabel('Add an order').fill('E, A H');
  await page.keyboard.press('Enter');
  await expect.poll(() => figures(page, /order: E, A, H/)).toEqual(['2', '2 · 4', '3 · 8', '3 · 8', '10', '24', '10']);
  await expect.poll(() => figures(page, /min-fill/).then((all) => all.slice(0, 7))).toEqual([
    ...['2', '2 · 4', '3 · 8', '3 · 8', '★ best 6', '★ best 12', '★ best 6'],
  ]);
  await expect(page.getByText('E,A,H makes two of them and one more join of 8 rows')).toBeVisible();
  // The chart, and its twin.
  await expect(page.getByRole('img', { name: 'E, A, H: 8, 8, 4' })).toBeVisible();
  await page.getByRole('group', { name: 'Show the sizes as' }).getByText('Listed').click();
  await expect(page.getByRole('region', { name: 'Cells of the join' }).getByRole('row', { name: /^E, A, H/ })).toContainText('8 → 4');
  const group = page.getByRole('group', { name: 'Save the comparison as' });
  const text = await saved(page, group.getByRole('button', { name: 'TXT' }));
  expect(text.name).toBe('orders.txt');
  expect(text.content).toMatch(/E,A,H +2 +2 +4 +3 +8 +10 +24 +10/);
  expect((await saved(page, group.getByRole('button', { name: 'Markdown' }))).content).toContain('min-fill');
});

test('a row takes its order, by a click or a key, and what is typed wrong is told', async ({ page }) => {
  await openPage(page, `${given}&ev=compare`);
  const field = page.getByLabel('Add an order');
  for (const [typed, told] of [
    ['E, X', 'There is no open variable named X'],
    ['W', 'There is no open variable named W'],
    ['A, A', 'A is named twice'],
    ['B', 'B is asked about'],
    ['', 'Name at least one variable'],
  ] as const) {
    await field.fill(typed);
    await page.keyboard.press('Enter');
    await expect(page.getByText(told)).toBeVisible();
  }
  await page.getByRole('button', { name: /^Take the order min-degree/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/order=min-degree/);
  await expect(page.getByRole('button', { name: /^Take the order min-degree/ })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('row').filter({ hasText: 'my own order' }).getByText('2 · 4').click();
  await expect(page).toHaveURL(/o=E&o=H&o=A/);
  await page.getByRole('button', { name: 'Remove the order E, H, A' }).click();
  await expect(page.getByRole('button', { name: /^Take the order my own/ })).toHaveCount(0);
});

test('the structure alone is enough to compare; where there is no optimum to be had, the reason is told', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&e.W=w&target=B&ev=compare');
  await expect.poll(() => figures(page, /optimal/).then((all) => all.length)).toBe(7);
  await dropFiles(page, [{ name: 'chain.bif', content: chainNetwork(24) }]);
  await page.getByRole('combobox', { name: 'Ask about' }).selectOption('link_23');
  await page.getByText('Compare orders').click();
  await expect(page.getByRole('row').filter({ hasText: 'optimal' })).toContainText(/No such order:.*18/);
  await expect.poll(() => figures(page, /order min-fill/).then((all) => all[0]?.slice(-1))).toBe('1');
});

// ---- The quiz ----------------------------------------------------------------------------------

test('the quiz asks for the variable, the scope and a cell, and tells why an answer is right or not', async ({ page }) => {
  await openPage(page, `${given}&ev=quiz`);
  const quiz = page.getByTestId('quiz');
  const verdict = page.getByTestId('verdict');
  const check = quiz.getByRole('button', { name: 'Check' });
  const next = quiz.getByRole('button', { name: 'Next question' });
  await check.click();
  await expect(quiz).toContainText('Choose a variable first.');
  await quiz.getByRole('radio', { name: 'A', exact: true }).check();
  await check.click();
  await expect(verdict).toContainText('Not quite.');
  await expect(verdict).toContainText('A adds 2 edges; E adds no edge.');
  await expect(page.getByTestId('score')).toHaveText('0 of 1 right');
  await next.click();
  await expect(quiz.getByRole('heading', { name: /E is eliminated now/ })).toBeFocused();
  for (const name of ['A', 'B']) await quiz.getByRole('checkbox', { name, exact: true }).check();
  await check.click();
  await expect(verdict).toContainText('Right.');
  await expect(verdict).toContainText('P(E) and P(A|B,E) mention E. Together they hold {A, B, E}; without E that is {A, B}.');
  await next.click();
  const asked = (await quiz.getByRole('heading', { name: /^What is f1/ }).textContent())!;
  const values = { 'A=a, B=b': 0.94002, 'A=a, B=not_b': 0.001578, 'A=not_a, B=b': 0.05998, 'A=not_a, B=not_b': 0.998422 };
  const value = Object.entries(values).find(([states]) => asked.includes(`(${states})`))![1];
  const field = quiz.getByRole('textbox');
  await field.fill('a lot');
  await page.keyboard.press('Enter');
  await expect(quiz).toContainText('This is neither a number nor a fraction');
  await field.fill(value.toPrecision(3));
  await page.keyboard.press('Enter');
  await expect(verdict).toContainText('Right.');
  await expect(page.getByTestId('score')).toHaveText('2 of 3 right');
});

test('with the structure alone the quiz asks no cells, tells answers, and comes to an end by the keyboard', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&e.W=w&target=B&o=E&o=H&o=A&ev=quiz');
  const quiz = page.getByTestId('quiz');
  await expect(quiz).toContainText('Step 1 of 3');
  await quiz.getByRole('radio', { name: 'A', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('verdict')).toContainText('E adds no edge: nothing costs less. As good: H.');
  await quiz.getByRole('button', { name: 'Next question' }).press('Enter');
  await quiz.getByRole('checkbox', { name: 'H', exact: true }).press('Space');
  await quiz.getByRole('button', { name: 'Check' }).press('Enter');
  await expect(page.getByTestId('verdict')).toContainText('Missing: A, B, in a factor together with E. Too many: H, in no factor');
  for (let left = 3; left > 0; left--) {
    await quiz.getByRole('button', { name: 'Next question' }).press('Enter');
    await quiz.getByRole('button', { name: 'Tell me' }).press('Enter');
    await expect(page.getByTestId('verdict')).toContainText('The answer:');
  }
  await quiz.getByRole('button', { name: 'Next question' }).press('Enter');
  await expect(quiz.getByRole('heading')).toHaveText('That was the last step: 1 of 5 right.');
});

// ---- For everyone ------------------------------------------------------------------------------

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    for (const width of [1440, 768, 360])
      test(`a lit cell, the join and the graph have no findings at ${width} pixels`, async ({ page }) => {
        await page.setViewportSize({ width, height: 800 });
        await openPage(page, `${homework}&o=E&o=A&o=H&step=2&phase=sum`);
        await cell(tableOf(page, 'Table of the join over A, B, H'), 2).click();
        await expectNoSidewaysScroll(page);
        await expectNoFindings(page);
      });

    test('orders compared have no findings, nor does a phone scroll sideways', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await openPage(page, `${given}&ev=compare`);
      await expect.poll(() => figures(page, /min-fill/).then((all) => all.length)).toBeGreaterThan(6);
      await expectNoSidewaysScroll(page);
      await expectNoFindings(page);
    });

    test('the quiz has no findings while it asks and when it tells', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await openPage(page, `${given}&ev=quiz`);
      const quiz = page.getByTestId('quiz');
      for (let asked = 0; asked < 3; asked++) {
        await expect(quiz.getByRole('button', { name: 'Check' })).toBeVisible();
        await expectNoFindings(page);
        await quiz.getByRole('button', { name: 'Tell me' }).click();
        await expect(page.getByTestId('verdict')).toContainText('The answer:');
        await expectNoSidewaysScroll(page);
        await expectNoFindings(page);
        await quiz.getByRole('button', { name: 'Next question' }).click();
      }
    });

    test('a joint and a likelihood have no findings on a phone', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await openPage(page, '#/bayes?net=abcd&e.A=not_a&e.B=not_b&e.C=not_c&e.D=d&target=D');
      await expect(page.getByTestId('joint')).toHaveText('0.06');
      await expectNoSidewaysScroll(page);
      await expectNoFindings(page);
      await openPage(page, '#/bayes?net=asia&target=lung&l.xray=0.9+0.3');
      await expect(page.getByText('λ(xray): the likelihood')).toBeVisible();
      await expectNoSidewaysScroll(page);
      await expectNoFindings(page);
    });
  });
