// The factor workbench: factors are put on the board, multiplied, summed out, restricted, and each cell
// tells where it comes from. The numbers are computed here again, from the tables as they are printed.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { cellOf, sourcesOf, usesOf } from '../../web/src/bayes/factors/cells';
import { readBoard } from '../../web/src/bayes/factors/kept';
import { readTable, readValues, readVariables } from '../../web/src/bayes/factors/typed';
import { unpack } from '../../web/src/lib/pack';
import { expectNoSidewaysScroll, formulaText, openPage, stateButton } from './page';

// The homework: P(e) and P(a | B, E).
const earthquake = [0.002, 0.998];
const alarm = { b: [0.95, 0.94], not_b: [0.29, 0.001] };

const board = (page: Page) => page.getByRole('region', { name: 'Board of factors' });
const card = (page: Page, name: string) => board(page).getByRole('article', { name, exact: true });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const words = (page: Page) => page.getByTestId('cell-words');

async function openWorkbench(page: Page, address = 'net=homework') {
  await openPage(page, `#/bayes?${address}&panel=factors`);
  await expect(page.getByRole('heading', { name: 'Factor workbench' })).toBeVisible();
}

async function addOfNetwork(page: Page, ...names: string[]) {
  await button(page, 'Of the network…').click();
  for (const name of names) await page.getByRole('group', { name: 'Factors of the network' }).getByRole('button', { name, exact: true }).click();
  await button(page, 'Of the network…').click();
}

async function select(page: Page, ...names: string[]) {
  for (const box of await board(page).getByRole('checkbox', { checked: true }).all()) await box.uncheck();
  for (const name of names) await board(page).getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
}

async function sumOut(page: Page, ...variables: string[]) {
  await button(page, 'Sum out…').click();
  const form = page.getByRole('group', { name: 'Which variables are to be summed out?' });
  for (const variable of variables) await form.getByRole('checkbox', { name: variable }).check();
  await button(page, 'Make the new factor').click();
}

// The rows of a card: states and the number.
async function rows(table: Locator): Promise<string[][]> {
  const all = await table.locator('tbody tr').all();
  return Promise.all(
    all.map(async (row) => [
      ...(await row.locator('td:not(.figure)').allTextContents()),
      (await row.getByRole('button').textContent()) ?? '',
    ]),
  );
}

async function expectRows(page: Page, name: string, expected: (readonly [...string[], number])[]) {
  await expect(card(page, name)).toBeVisible();
  const found = await rows(card(page, name));
  expect(found.map((row) => row.slice(0, -1))).toEqual(expected.map((row) => row.slice(0, -1)));
  found.forEach((row, index) => expect(Number(row.at(-1))).toBeCloseTo(expected[index]!.at(-1) as number, 6));
}

const f1 = (['b', 'not_b'] as const).map((b) => {
  const p = alarm[b].reduce((sum, value, index) => sum + value * earthquake[index]!, 0);
  return { b, p };
});
const f1Rows = [
  ...f1.map(({ b, p }) => ['a', b, p] as const),
  ...f1.map(({ b, p }) => ['not_a', b, 1 - p] as const),
];

// ---- Without a browser -------------------------------------------------------------------------

test('cells know what they come from and what comes from them', () => {
  const [e, a] = [
    { scope: ['E'], states: [['e', 'f']] },
    { scope: ['B', 'E', 'A'], states: [['b', 'c'], ['e', 'f'], ['a', 'x', 'y']] },
  ];
  const result = { scope: ['A', 'B'], states: [['a', 'x', 'y'], ['b', 'c']] };
  const making = { operation: 'sum-out', variables: ['E'], evidence: {} } as const;
  for (let cell = 0; cell < 6; cell++) {
    const { terms } = sourcesOf(making, result, [e!, a!], cell);
    const [A, B] = [Math.floor(cell / 2), cell % 2];
    expect(terms).toEqual([[0, 6 * B + A], [1, 6 * B + 3 + A]]);
    for (const [, used] of terms) expect(usesOf(making, result, a!, used!)).toEqual([cell]);
  }
  expect(usesOf(making, result, e!, 1)).toEqual([0, 1, 2, 3, 4, 5]);
  const restricted = { scope: ['E', 'A'], states: a!.states.slice(1) };
  const restriction = { operation: 'restrict', variables: [], evidence: { B: 'c' } } as const;
  expect(sourcesOf(restriction, restricted, [a!], 4).terms).toEqual([[10]]);
  expect(usesOf(restriction, restricted, a!, 10)).toEqual([4]);
  expect(usesOf(restriction, restricted, a!, 4)).toEqual([]);
  const rows = { operation: 'normalize', variables: ['A'], evidence: {} } as const;
  expect(sourcesOf(rows, a!, [a!], 4)).toEqual({ terms: [[4]], over: [3, 4, 5], cut: false });
  expect(usesOf(rows, a!, a!, 4)).toEqual([3, 4, 5]);
  expect(cellOf(a!, new Map([['E', 'f'], ['A', 'y'], ['B', 'b']]))).toBe(5);
});

test('numbers and tables of spreadsheets are read', () => {
  expect(readValues('0.1\t0.9\n1/3;2/3, 5')).toEqual(['0.1', '0.9', '1/3', '2/3', '5']);
  expect(readValues('0,1 0,9')).toEqual(['0.1', '0.9']);
  expect(readValues('1,2,3')).toEqual(['1', '2', '3']);
  expect(readValues('0.1，0.9；1\u30002')).toEqual(['0.1', '0.9', '1', '2']);
  expect(readVariables('A：x、y', () => undefined)).toEqual([{ name: 'A', states: ['x', 'y'] }]);
  expect(readVariables('A: x, y\n\nB', (name) => (name === 'B' ? ({ states: ['t', 'f'] } as never) : undefined))).toEqual([
    { name: 'A', states: ['x', 'y'] },
    { name: 'B', states: ['t', 'f'] },
  ]);
  const pasted = 'A\tB\tvalue\nx\tt\t1\ny\tt\t3\nx\tf\t2\ny\tf\t1/4';
  expect(readTable(pasted)).toEqual({
    variables: [{ name: 'A', states: ['x', 'y'] }, { name: 'B', states: ['t', 'f'] }],
    values: ['1', '2', '3', '1/4'],
  });
  expect(readTable(pasted.replace('\ny\tf\t1/4', ''))).toBe(null);
  expect(readTable('1\t2\n3\t4\n5\t6')).toBe(null);
});

// ---- By pointer --------------------------------------------------------------------------------

test('the first factor of the homework is made by multiplying and summing out', async ({ page }) => {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(E)', 'P(A|B,E)');
  await select(page, 'P(E)', 'P(A|B,E)');
  await button(page, 'Multiply').click();
  await expect(card(page, 'f1(A,B,E)')).toBeVisible();
  expect(await formulaText(card(page, 'f1(A,B,E)').getByRole('group', { name: /^How/ }))).toBe('=P(E)P(A|B,E)');
  await sumOut(page, 'E');
  await expectRows(page, 'f2(A,B)', f1Rows);
  expect(await formulaText(card(page, 'f2(A,B)').getByRole('group', { name: /^How/ }))).toBe('=∑Ef1(A,B,E)');
  // The same at once.
  await select(page, 'P(E)', 'P(A|B,E)');
  await sumOut(page, 'E');
  await expectRows(page, 'f3(A,B)', f1Rows);
});

test('a cell lights those it comes from and those that come from it', async ({ page }) => {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(E)', 'P(A|B,E)');
  await select(page, 'P(E)', 'P(A|B,E)');
  await sumOut(page, 'E');
  await card(page, 'f1(A,B)').locator('tbody tr').nth(1).hover();
  const [e, rest] = earthquake;
  const value = 0.29 * e! + 0.001 * rest!;
  await expect(words(page)).toHaveText(`f1(A=a, B=not_b) = 0.002 × 0.29 + 0.998 × 0.001 = ${Number(value.toPrecision(7))}`);
  await expect(card(page, 'P(E)').locator('tr.source')).toHaveCount(2);
  const lit = card(page, 'P(A|B,E)').locator('tr.source');
  expect((await lit.allTextContents()).map((row) => row.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/not_b ?e ?a/),
    expect.stringMatching(/not_b ?not_e ?a/),
  ]);
  await card(page, 'P(A|B,E)').locator('tbody tr').first().hover();
  await expect(card(page, 'f1(A,B)').locator('tr.use')).toHaveCount(1);
  await expect(card(page, 'f1(A,B)').locator('tr').nth(1)).toHaveClass(/use/);
});

test('fractions are shown where they are wanted, and a posterior comes out as the core has it', async ({ page }) => {
  await openWorkbench(page, 'net=homework&e.W=w&target=B&exact=1');
  await button(page, 'Of the question').click();
  await expect(board(page).getByRole('article')).toHaveCount(4);
  await expect(card(page, 'P(W=w|A)')).toBeVisible();
  await sumOut(page, 'E', 'A'); // of all four, which are selected
  await expect(card(page, 'f1(B,W=w)')).toBeVisible();
  await button(page, 'Normalise…').click();
  await button(page, 'Make the new factor').click();
  await expect(card(page, 'f2(B|W=w)')).toBeVisible();
  const [fraction] = (await rows(card(page, 'f2(B|W=w)'))).map((row) => row.at(-1)!);
  const [top, bottom] = fraction!.split('/').map(Number);
  const label = await stateButton(page, 'B', 'b').getAttribute('aria-label');
  const percent = Number(/([\d.]+)%/.exec(label ?? '')![1]);
  expect((top! / bottom!) * 100).toBeCloseTo(percent, 2);
});

test('evidence, maxima and rows: each as its definition has it', async ({ page }) => {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(A|B,E)');
  await button(page, 'Restrict…').click();
  await page.getByRole('combobox', { name: 'E', exact: true }).selectOption('not_e');
  await button(page, 'Make the new factor').click();
  await expectRows(page, 'P(A|B,E=not_e)', [['b', 'a', 0.94], ['b', 'not_a', 0.06], ['not_b', 'a', 0.001], ['not_b', 'not_a', 0.999]]);
  await button(page, 'Maximise out…').click();
  await page.getByRole('checkbox', { name: 'A', exact: true }).check();
  await button(page, 'Make the new factor').click();
  await expectRows(page, 'f1(B,E=not_e)', [['b', 0.94], ['not_b', 0.999]]);
  await card(page, 'f1(B,E=not_e)').locator('tbody tr').nth(1).hover();
  await expect(words(page)).toContainText('= max(0.001, 0.999) = 0.999');
  await expect(words(page)).toContainText('at A=not_a');
  await select(page, 'P(A|B,E=not_e)');
  await button(page, 'Normalise…').click();
  await page.getByRole('radio', { name: 'Each row: B given the rest' }).check();
  await button(page, 'Make the new factor').click();
  await expectRows(page, 'f2(B|A,E=not_e)', [
    ['b', 'a', 0.94 / 0.941],
    ['b', 'not_a', 0.06 / 1.059],
    ['not_b', 'a', 0.001 / 0.941],
    ['not_b', 'not_a', 0.999 / 1.059],
  ]);
});

test('a table is pasted from a spreadsheet, and what is wrong with it is told', async ({ page }) => {
  await openWorkbench(page);
  await button(page, 'Type one in…').click();
  const form = page.getByRole('form', { name: 'A factor of your own' });
  await form.getByLabel('Symbol').fill('g');
  await form.getByLabel('Values').fill('X\tY\tp\nx0\ty0\t1/4\nx0\ty1\t3\nx1\ty0\t0\nx1\ty1\t5');
  await expect(form.getByLabel('Variables')).toHaveValue('X: x0, x1\nY: y0, y1');
  await expect(form.getByText('4 of 4 values')).toBeVisible();
  await button(page, 'Add the factor').click();
  await expectRows(page, 'g(X,Y)', [['x0', 'y0', 0.25], ['x0', 'y1', 3], ['x1', 'y0', 0], ['x1', 'y1', 5]]);
  await button(page, 'Type one in…').click();
  await form.getByLabel('Variables').fill('X: x1, x0');
  await form.getByLabel('Values').fill('1 -2');
  await button(page, 'Add the factor').click();
  await expect(page.getByRole('alert')).toContainText('“-2”'.replace(/[“”]/g, '"'));
  await form.getByLabel('Values').fill('1 2');
  await button(page, 'Add the factor').click();
  await expect(card(page, 'φ(X)')).toBeVisible();
  await select(page, 'g(X,Y)', 'φ(X)');
  await button(page, 'Multiply').click();
  await expect(page.getByRole('alert')).toContainText('variable "X" has other states');
});

test('cards are dragged, renamed, duplicated and removed, and all of it is undone', async ({ page }) => {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(B)', 'P(E)');
  const moved = card(page, 'P(B)');
  await moved.scrollIntoViewIfNeeded();
  const before = (await moved.boundingBox())!;
  const [x, y] = [before.x + 50, before.y + 20];
  await page.mouse.move(x, y); // on the name, whose click would select the card
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 100, { steps: 4 });
  await page.mouse.up();
  await expect(board(page).getByRole('checkbox', { name: 'Select P(B)' })).not.toBeChecked();
  const after = (await moved.boundingBox())!;
  expect([after.x - before.x, after.y - before.y]).toEqual([40, 100]);
  await select(page, 'P(B)');
  await button(page, 'Rename…').click();
  await page.getByLabel('New symbol').fill('prior');
  await page.keyboard.press('Enter');
  await expect(card(page, 'prior(B)')).toBeVisible();
  await button(page, 'Duplicate').click();
  await expect(card(page, 'prior(B)')).toHaveCount(2);
  await button(page, 'Remove').click();
  await expect(card(page, 'prior(B)')).toHaveCount(1);
  for (let count = 0; count < 4; count++) await button(page, 'Undo').click();
  expect((await card(page, 'P(B)').boundingBox())!.x).toBe(before.x);
  await button(page, 'Redo').click();
  await expect(async () => expect((await card(page, 'P(B)').boundingBox())!.x).toBe(after.x)).toPass();
  await button(page, 'Clear the board').click();
  await expect(board(page)).toHaveCount(0);
  await button(page, 'Undo').click();
  await expect(board(page).getByRole('article')).toHaveCount(2);
});

test('the work stays while other panels and networks are looked at, and is saved as Markdown', async ({ page }) => {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(E)', 'P(A|B,E)');
  await select(page, 'P(E)', 'P(A|B,E)');
  await sumOut(page, 'E');
  await page.getByRole('tab', { name: 'Elimination' }).click();
  await page.getByRole('tab', { name: 'Factors' }).click();
  await expect(card(page, 'f1(A,B)')).toBeVisible();
  const waiting = page.waitForEvent('download');
  await button(page, 'Save as Markdown').click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('homework-factors.md');
  const saved = await readFile(await download.path(), 'utf8');
  expect(saved).toContain('## f1(A,B) = Σ\\_E P(E) P(A\\|B,E)');
  expect(saved).toMatch(/\| a \| b \| 0\.9400\d* \|/);
});

// ---- From visit to visit -----------------------------------------------------------------------

async function makeFirstFactor(page: Page) {
  await openWorkbench(page);
  await addOfNetwork(page, 'P(E)', 'P(A|B,E)');
  await select(page, 'P(E)', 'P(A|B,E)');
  await sumOut(page, 'E');
  await expect(card(page, 'f1(A,B)')).toBeVisible();
  // It is kept when there is nothing new for a moment.
  await expect(async () => expect(await linkedCards(page)).toHaveLength(3)).toPass({ timeout: 10_000 });
}

async function linkedCards(page: Page): Promise<any[]> {
  const link = new URLSearchParams(page.url().split('?')[1]).get('board');
  return link === null ? [] : JSON.parse((await unpack(link, 1e6))!);
}

test('the board is there after a reload, is in the link, and leads back to what was there', async ({ page, browser }) => {
  await makeFirstFactor(page);
  const places = (where: Page) => board(where).locator('li').evaluateAll((all) => all.map((each) => (each as HTMLElement).style.cssText));
  const before = await places(page);
  await page.reload();
  await expectRows(page, 'f1(A,B)', f1Rows);
  expect(await places(page)).toEqual(before);
  await card(page, 'f1(A,B)').getByRole('button', { name: 'f1(A=a, B=b): 0.94002' }).focus();
  await expect(words(page)).toContainText('0.002 × 0.95 + 0.998 × 0.94');

  const elsewhere = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await openWorkbench(elsewhere);
  await addOfNetwork(elsewhere, 'P(B)');
  await expect(elsewhere).toHaveURL(/board=/);
  await elsewhere.goto('about:blank');
  await elsewhere.goto(page.url());
  await expectRows(elsewhere, 'f1(A,B)', f1Rows);
  await button(elsewhere, 'Undo').click();
  await expect(card(elsewhere, 'P(B)')).toBeVisible();
  await elsewhere.context().close();
});

test('the board is kept in the browser, also without its link', async ({ page }) => {
  await makeFirstFactor(page);
  await page.goto('about:blank');
  await openWorkbench(page, 'net=asia');
  await expect(card(page, 'f1(A,B)')).toBeVisible();
});

test('a board that is too large for a link says that it is kept here', async ({ page }) => {
  await openWorkbench(page);
  await button(page, 'Type one in…').click();
  const values = Array.from({ length: 512 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32);
  const lines = [['x', 'y', 'value'], ...values.map((value, i) => [`x${i >> 4}`, `y${i & 15}`, String(value)])];
  await page.getByRole('form', { name: 'A factor of your own' }).getByLabel('Values').fill(lines.map((line) => line.join('\t')).join('\n'));
  await button(page, 'Add the factor').click();
  await expect(page.getByTestId('keeping')).toContainText('kept in this browser only');
  await expect(page).not.toHaveURL(/board=/);
  await page.reload();
  await expect(board(page).getByRole('article')).toHaveCount(1);
});

test('four thousand rows are typed in as one piece, and the card shows the first of them', async ({ page }) => {
  await openWorkbench(page);
  await button(page, 'Type one in…').click();
  const names = Array.from({ length: 12 }, (_, i) => `v${i}`);
  const rows = Array.from({ length: 4096 }, (_, row) => [...names.map((_, i) => `s${(row >> (11 - i)) & 1}`), String((row + 1) / 4096)]);
  const form = page.getByRole('form', { name: 'A factor of your own' });
  const field = form.getByLabel('Values');
  let pieces = 0;
  await page.exposeFunction('countPiece', () => (pieces += 1));
  await field.evaluate((element) => element.addEventListener('input', () => void (window as unknown as { countPiece(): void }).countPiece()));
  await field.fill([[...names, 'value'], ...rows].map((row) => row.join('\t')).join('\n'));
  await expect(page.locator('#values-count')).toContainText('4,096');
  expect(pieces).toBeLessThan(2);
  await expect(form.getByRole('row')).toHaveCount(0);
  await button(page, 'Add the factor').click();
  const table = board(page).getByRole('table');
  await expect(table).toBeVisible();
  expect(await table.getByRole('row').count()).toBeLessThan(100);
});

test('a damaged board in a link is refused, and what it says of its cards is checked', async ({ page }) => {
  await openWorkbench(page, 'net=homework&board=not-a-board');
  await expect(page.getByRole('alert')).toContainText('The board in this address is damaged or too large.');

  await makeFirstFactor(page);
  const cards = await linkedCards(page);
  const change = (edit: (all: any) => void) => {
    const copy = structuredClone(cards);
    edit(copy);
    return readBoard(JSON.stringify(copy));
  };
  expect(change(() => {})!.cards).toHaveLength(3);
  expect(change((all) => all[2].factor.values.pop())).toBeNull();
  expect(change((all) => (all[0].factor.values[0] = -1))).toBeNull();
  expect(change((all) => (all[0].factor.values[0] = '1'))).toBeNull();
  expect(change((all) => (all[0].place.x = null))).toBeNull();
  expect(change((all) => (all[1].id = all[0].id))).toBeNull();
  // A card that cannot have been made so is one that was made of nothing.
  expect(change((all) => (all[2].origin.variables = ['B']))!.cards[2]!.origin).toBeNull();
  expect(change((all) => all[0].factor.states[0].push('x') && all[0].factor.values.push(0) && delete all[0].factor.exact))!.toMatchObject({ cards: [{}, {}, { origin: null }] });
});

// ---- By keyboard -------------------------------------------------------------------------------

test('everything is done by keyboard', async ({ page }) => {
  await openWorkbench(page);
  await button(page, 'Of the network…').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('E');
  await page.keyboard.press('Enter');
  await expect(card(page, 'P(E)')).toBeVisible();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('A');
  await page.keyboard.press('Enter');
  await expect(card(page, 'P(A|B,E)')).toBeVisible();
  await page.keyboard.press('Escape');
  const box = board(page).getByRole('checkbox', { name: 'Select P(E)' });
  await box.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('2 factors selected')).toBeVisible();
  await button(page, 'Sum out…').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('checkbox', { name: 'E', exact: true })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expectRows(page, 'f1(A,B)', f1Rows);
  await card(page, 'f1(A,B)').getByRole('button', { name: 'f1(A=a, B=b): 0.94002' }).focus();
  await expect(words(page)).toContainText('0.002 × 0.95 + 0.998 × 0.94');
  await page.keyboard.press('ArrowDown');
  await expect(words(page)).toContainText('0.002 × 0.29 + 0.998 × 0.001');
  const grip = button(page, 'Move f1(A,B)');
  const before = (await card(page, 'f1(A,B)').boundingBox())!;
  await grip.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(async () => {
    const after = (await card(page, 'f1(A,B)').boundingBox())!;
    expect([after.x - before.x, after.y - before.y]).toEqual([64, 16]);
  }).toPass();
});

// ---- Sizes and themes --------------------------------------------------------------------------

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 768, 360])
    test.describe(`${width} pixels wide in the ${colorScheme} theme`, () => {
      test.use({ colorScheme, viewport: { width, height: width === 360 ? 740 : 900 } });

      test('nothing scrolls sideways and axe finds nothing', async ({ page }) => {
        await openWorkbench(page);
        await addOfNetwork(page, 'P(E)', 'P(A|B,E)');
        await select(page, 'P(E)', 'P(A|B,E)');
        await sumOut(page, 'E');
        await card(page, 'f1(A,B)').locator('tbody tr button').first().focus();
        await button(page, 'Restrict…').click();
        await button(page, 'Type one in…').click();
        await expectNoSidewaysScroll(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      });
    });
