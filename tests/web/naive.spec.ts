// The naive Bayes view: the homework, the table edited by pointer and keyboard, pasted and dropped
// tables, smoothing, messages, and the way to the network.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { parseBlock, parseTable, separatorOf, writeBlock, writeTable } from '../../web/src/naive/csv';
import { partsOf, unseenWords } from '../../web/src/naive/words';
import { dropFiles, expectNoSidewaysScroll, formulaText, openPage, showTable } from './page';

const satisfaction = readFileSync(new URL('../../docs/examples/data/satisfaction.csv', import.meta.url), 'utf8');

// Rows count from 1, 0 are the names; columns from 1.
function cell(page: Page, row: number, column: number): Locator {
  return page.locator(`[data-row="${row - 1}"][data-column="${column - 1}"]`);
}

const probability = (page: Page, name: string) => page.getByTestId(`p ${name}`);
const classRow = (page: Page, name: string) => page.getByTestId(`class ${name}`);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

async function openHomework(page: Page) {
  await openPage(page, '#/naive');
  await expect(probability(page, '1')).toHaveText('0.7009345794');
}

async function paste(page: Page, target: Locator, text: string) {
  await target.evaluate((element, content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', content);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

// ---- Without a browser -----------------------------------------------------------------------

test('a table that is written is the same when it is read again', async () => {
  const cells = ['', 'a', 'x,y', 'say "hi"', 'two\nlines', '"', ' b ', '中文', '?', ';', '\t'];
  let seed = 7;
  const pick = () => cells[(seed = (seed * 1103515245 + 12345) % 2 ** 31) % cells.length]!;
  for (let round = 0; round < 200; round++) {
    const width = 2 + (round % 4);
    const columns = Array.from({ length: width }, (_, column) => `c${column}`);
    const rows = Array.from({ length: round % 7 }, () => columns.map(pick));
    expect(await parseTable(writeTable(columns, rows))).toEqual({ columns, rows });
  }
});

test('a block that is copied is the same when it is pasted', () => {
  const cells = ['', 'a', 'x,y', 'say "hi"', 'two\nlines', '"', ' b ', '中文', ';', '\t', '|'];
  let seed = 11;
  const pick = () => cells[(seed = (seed * 1103515245 + 12345) % 2 ** 31) % cells.length]!;
  for (let round = 0; round < 300; round++) {
    const block = Array.from({ length: 1 + (round % 5) }, () => Array.from({ length: 1 + (round % 3) }, pick));
    if (block.length === 1 && block[0]!.length === 1) continue; // a cell as it is, tabs and all
    expect(parseBlock(writeBlock(block))).toEqual(block);
  }
  expect(writeBlock([['1', 'a, b'], ['2', '']])).toBe('1\ta, b\n2\t\n');
  expect(writeBlock([['say "hi", you']])).toBe('say "hi", you');
});

test('tables are cut as the core cuts them', async () => {
  expect(separatorOf('"a,b";c;d\n1,2,3,4')).toBe(';');
  expect(await parseTable('\uFEFFa|b\r\n\r\n1|"x\r\ny"\r2|')).toEqual({ columns: ['a', 'b'], rows: [['1', 'x\r\ny'], ['2', '']] });
  expect(await parseTable('one\n\n2\n')).toEqual({ columns: ['one'], rows: [[''], ['2']] });
  // What the core refuses is taken as it comes, and ends.
  for (const broken of ['a,b\n"no end', 'a,b\n"x"y,1', 'a"b,c\n', '', '"', ',,\n,'])
    expect((await parseTable(broken)).columns.length).toBeLessThan(4);
  expect(parseBlock('1\t2\r\n3\t4\r\n')).toEqual([['1', '2'], ['3', '4']]);
  expect(parseBlock('a, b')).toEqual([['a, b']]);
  expect(parseBlock('a,b\nc,d')).toEqual([['a', 'b'], ['c', 'd']]);
});

test('the words of a message are runs of letters, marks and numbers, in lower case', () => {
  expect(partsOf('Hé, Été 2!').map(({ word }) => word)).toEqual(['hé', null, 'été', null, '2', null]);
  expect(partsOf('a\u0301b \u0301').map(({ text }) => text)).toEqual(['a\u0301b', ' \u0301']);
  expect(unseenWords('Win, win the money', ['the', 'money'])).toEqual(['win']);
});

// ---- The homework ----------------------------------------------------------------------------

test('the view is fetched only when it is asked for', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await openPage(page, '');
  await expect(page.getByRole('button', { name: /^lung = yes/ })).toBeVisible();
  expect(fetched.filter((address) => /\/view-[^/]*\.js$/.test(address))).toEqual([]);
  await page.getByRole('link', { name: 'Naive Bayes' }).click();
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await expect(page).toHaveTitle('Naive Bayes · Likelore');
  expect(fetched.filter((address) => /\/view-[^/]*\.js$/.test(address)).length).toBe(1);
});

test('the homework opens with one click: 75/107, and 5/13 with a field left blank', async ({ page }) => {
  await openPage(page, '#/naive?data=spam');
  await button(page, 'Homework: poor, married, healthy').click();
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await expect(classRow(page, '1').locator('mfrac')).toHaveText('75107');
  await button(page, 'Homework: poor, married, health not known').click();
  await expect(probability(page, '1')).toHaveText('0.3846153846');
  await expect(classRow(page, '1').locator('mfrac')).toHaveText('513');
  await expect(choice(page, 'healthy')).toHaveValue('');
  await expect(page.getByRole('status').filter({ hasText: 'satisfied = 1: 38.46%' })).toBeAttached();
  await expect(page).toHaveURL(/#\/naive\?data=homework&r\.rich=0&r\.married=1$/);
});

test('the arithmetic is written out, as formulas, as a table and as text', async ({ page }) => {
  await openHomework(page);
  const joint = page.getByTestId('joint 1');
  await expect.poll(() => formulaText(joint)).toContain('=49×14×24×34=124≈0.04166667');
  expect(await formulaText(joint)).toContain('P(satisfied=1,rich=0,married=1,healthy=1)=P(satisfied=1)P(rich=0|satisfied=1)');
  expect(await formulaText(page.getByTestId('posterior 1'))).toContain('=1244225+124=75107≈0.7009345794');
  const arithmetic = page.getByRole('region', { name: 'The arithmetic' });
  await arithmetic.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('row', { name: /^P\(healthy = 1 \| satisfied\)/ })).toContainText('≈ 0.75');
  await arithmetic.getByText('Text', { exact: true }).click();
  await expect(page.locator('pre')).toContainText('4/9 × 1/4 × 2/4 × 3/4 = 1/24 = 0.0416667');
});

test('the prior and each attribute contribute to the log odds', async ({ page }) => {
  await openHomework(page);
  const rows = page.getByTestId('contributions').locator('tbody tr, tfoot tr');
  const shown = (await rows.allInnerTexts()).map((text) => text.split(/\t/).filter((part) => part.trim() !== ''));
  expect(shown).toEqual([
    ['prior', '−0.2231'],
    ['rich = 0', '−1.1632'],
    ['married = 1', '+0.9163'],
    ['healthy = 1', '+1.3218'],
    ['Total', '+0.8518'],
  ]);
  // The side does not change with the answer.
  await choice(page, 'healthy').selectOption('');
  await expect(page.getByTestId('log-odds')).toHaveText('−0.4700');
});

test('with nothing known the answer is the prior', async ({ page }) => {
  await openHomework(page);
  await button(page, 'Clear all').click();
  await expect(probability(page, '1')).toHaveText('0.4444444444');
  await expect(page).toHaveURL(/data=homework$/);
  expect(await formulaText(page.getByTestId('posterior 1'))).toContain('P(satisfied=1)=49');
});

test('α is added to the counts of the features, and separately to those of the classes', async ({ page }) => {
  await openHomework(page);
  const [features, classes] = [page.getByLabel('α of the features, as a number'), page.getByLabel('α of the classes, as a number')];
  await features.fill('1');
  await expect(probability(page, '1')).toHaveText('0.6038732394');
  await choice(page, 'healthy').selectOption('');
  await expect(probability(page, '1')).toHaveText('0.3951612903');
  await classes.fill('1');
  await expect(probability(page, '1')).toHaveText('0.4049586777');
  await choice(page, 'healthy').selectOption('1');
  await expect(probability(page, '1')).toHaveText('0.6135957066');
  await expect(page).toHaveURL(/a=1&ap=1/);
  await expect.poll(() => formulaText(page.getByTestId('joint 1'))).toContain('=4+19+1·2×1+14+1·2');
  // The keyboard moves the sliders; what is no α is put back.
  const slider = page.getByRole('slider', { name: 'α of the features' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(features).toHaveValue('1.1');
  await page.keyboard.press('Home');
  await expect(features).toHaveValue('0');
  await features.fill('-3');
  await features.blur();
  await expect(features).toHaveValue('0');
});

test('smoothing is undone and redone in its turn with changes of the table', async ({ page }) => {
  await openHomework(page);
  const features = page.getByLabel('α of the features, as a number');
  await features.fill('1');
  await expect(probability(page, '1')).toHaveText('0.6038732394');
  await features.blur();
  await cell(page, 1, 1).click();
  await button(page, 'Remove row 1').click();
  await expect(page.getByTestId('rows')).toHaveText('8 rows.');
  await page.getByLabel('α of the classes, as a number').fill('2');
  await page.keyboard.press('Control+z');
  await expect(page.getByLabel('α of the classes, as a number')).toHaveValue('0');
  await button(page, 'Undo').click();
  await expect(page.getByTestId('rows')).toHaveText('9 rows.');
  await expect(features).toHaveValue('1');
  await expect(probability(page, '1')).toHaveText('0.6038732394');
  await button(page, 'Undo').click();
  await expect(features).toHaveValue('0');
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await button(page, 'Redo').click();
  await expect(features).toHaveValue('1');
  // All of the way of the slider is one change.
  const slider = page.getByRole('slider', { name: 'α of the features' });
  await slider.evaluate((input: HTMLInputElement) => {
    for (const value of ['2', '3', '4']) {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(features).toHaveValue('4');
  await slider.focus();
  await page.keyboard.press('Control+z');
  await expect(features).toHaveValue('1');
});

test('a row that every class rules out says why, and smoothing helps', async ({ page }) => {
  await openPage(page, '#/naive');
  await dropFiles(page, [{ name: 'zero.csv', content: 'a,b,c\n1,0,x\n1,0,x\n0,1,y\n' }]);
  await expect(probability(page, 'x')).toHaveText('0.6666666667');
  await choice(page, 'a').selectOption('1');
  await expect(probability(page, 'y')).toHaveText('0');
  // Against one class alone the odds are endless.
  await expect(page.getByTestId('contributions')).toContainText('−∞');
  await choice(page, 'b').selectOption('1');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Every class rules this row out');
  await expect(alert).toContainText('class "x" never had b=1; class "y" never had a=1');
  await expect(alert).not.toContainText('--');
  await alert.getByRole('button', { name: 'Set α of the features to 1' }).click();
  await expect(alert).toBeHidden();
  await expect(probability(page, 'x')).toHaveText('0.6279069767');
});

test('a deep link opens the row and both numbers α', async ({ page }) => {
  await openPage(page, '#/naive?data=homework&a=1&ap=1&r.rich=0&r.married=1&r.healthy=1&r.nobody=3');
  await expect(probability(page, '1')).toHaveText('0.6135957066');
  await expect(page).not.toHaveURL(/nobody/);
});

// ---- The table -------------------------------------------------------------------------------

test('cells are edited with the pointer, and undone', async ({ page }) => {
  await openHomework(page);
  await cell(page, 2, 1).dblclick();
  await page.getByRole('textbox', { name: 'rich, row 2' }).fill('1');
  await cell(page, 5, 2).click();
  await expect(cell(page, 2, 1)).toHaveText('1');
  // No satisfied person is poor any more.
  await expect(probability(page, '1')).toHaveText('0');
  await expect(page).toHaveURL(/data=own/);
  await button(page, 'Undo').click();
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await expect(page).toHaveURL(/data=homework/);
  await button(page, 'Redo').click();
  await expect(probability(page, '1')).toHaveText('0');
});

test('the keyboard moves, types, renames, undoes and leaves', async ({ page }) => {
  await openHomework(page);
  await cell(page, 1, 1).focus();
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 2, 1)).toBeFocused();
  await page.keyboard.type('yes');
  await page.keyboard.press('Enter');
  await expect(cell(page, 2, 1)).toHaveText('yes');
  await expect(cell(page, 3, 1)).toBeFocused();
  await page.keyboard.press('F2');
  await page.keyboard.type('2');
  await page.keyboard.press('Escape');
  await expect(cell(page, 3, 1)).toHaveText('1');
  await page.keyboard.press('Tab');
  await expect(cell(page, 3, 2)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Control+ArrowUp');
  await expect(cell(page, 0, 1)).toBeFocused();
  await page.keyboard.type('wealthy');
  await page.keyboard.press('Tab');
  await expect(choice(page, 'wealthy')).toBeVisible();
  await expect(choice(page, 'wealthy').locator('option')).toHaveText(['not known', '0', '1', 'yes']);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(choice(page, 'rich').locator('option')).toHaveText(['not known', '0', '1']);
  await page.keyboard.press('Control+y');
  await expect(cell(page, 2, 1)).toHaveText('yes');
  // The last cell: Tab after typing makes a new row; Delete empties; Escape leaves.
  await page.keyboard.press('Control+End');
  await expect(cell(page, 9, 4)).toBeFocused();
  await page.keyboard.type('1');
  await page.keyboard.press('Tab');
  await expect(cell(page, 10, 1)).toBeFocused();
  await expect(page.getByTestId('rows')).toHaveText('10 rows. One has no class or text and is left out.');
  await cell(page, 9, 4).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByTestId('rows')).toContainText('10 rows. 2 have no class');
  await page.keyboard.press('Escape');
  await expect(choice(page, 'Class')).toBeFocused();
});

test('rows and columns are added and removed, and another column becomes the class', async ({ page }) => {
  await openHomework(page);
  await cell(page, 9, 3).click();
  await button(page, 'Add a row').click();
  await expect(page.getByTestId('rows')).toContainText('10 rows.');
  await button(page, 'Remove row 10').click();
  await button(page, 'Add a column').click();
  await expect(cell(page, 0, 4)).toHaveText('x5');
  await expect(page.getByTestId('rows')).toContainText('Left out, since nothing is in them: x5.');
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await button(page, 'Remove column x5').click();
  await cell(page, 3, 1).click();
  await button(page, 'Remove column rich').click();
  await expect(probability(page, '1')).toHaveText('0.8823529412');
  await choice(page, 'Class').selectOption('healthy');
  await expect(choice(page, 'satisfied')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'healthy = 1' })).toBeVisible();
  await expect(button(page, 'Remove column married')).toBeEnabled();
});

test('names that are there twice are told of, until they are mended', async ({ page }) => {
  await openHomework(page);
  await cell(page, 0, 1).dblclick();
  await page.keyboard.type('married');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Nothing can be learned from this table as it is');
  await expect(page.getByRole('alert')).toContainText('satisfaction.csv:1:9');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(probability(page, '1')).toHaveText('0.7009345794');
});

test('a block from a spreadsheet is laid over the cells, and the table grows', async ({ page }) => {
  await openHomework(page);
  await cell(page, 9, 4).focus();
  await paste(page, cell(page, 9, 4), '1\tnew\r\n1\told\r\n');
  await expect(cell(page, 10, 5)).toHaveText('old');
  await expect(cell(page, 0, 5)).toHaveText('x5');
  await expect(page.getByTestId('rows')).toHaveText('10 rows.');
  await button(page, 'Undo').click();
  await expect(page.getByTestId('rows')).toHaveText('9 rows.');
  // From the names on, the block brings names of its own.
  await button(page, 'New').click();
  await cell(page, 0, 1).focus();
  await paste(page, cell(page, 0, 1), 'outlook\twindy\tplay\nsunny\tno\tyes\nrainy\tyes\tno\nsunny\tyes\tno\nrainy\tno\tyes\n');
  await expect(choice(page, 'windy')).toBeVisible();
  await choice(page, 'windy').selectOption('no');
  await expect(probability(page, 'yes')).toHaveText('1');
});

async function copied(page: Page, kind: 'copy' | 'cut' = 'copy'): Promise<string> {
  return page.evaluate((name) => {
    const clipboardData = new DataTransfer();
    document.activeElement!.dispatchEvent(new ClipboardEvent(name, { clipboardData, bubbles: true, cancelable: true }));
    return clipboardData.getData('text/plain');
  }, kind);
}

test('cells are selected with the keyboard, copied, cut, emptied and pasted', async ({ page }) => {
  await openHomework(page);
  const selection = page.getByTestId('selection');
  await cell(page, 0, 1).focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(selection).toHaveText('3 × 2 cells selected');
  await expect(page.locator('[aria-selected=true]')).toHaveCount(6);
  const block = await copied(page);
  const lines = satisfaction.split('\n').slice(0, 3);
  expect(block).toBe(lines.map((line) => `${line.split(',').slice(0, 2).join('\t')}\n`).join(''));
  await expect(selection).toHaveText('6 cells copied');
  // The command of the browser copies the same.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.keyboard.press('Control+c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(block);

  await page.keyboard.press('Escape');
  await expect(page.locator('[aria-selected=true]')).toHaveCount(1);
  await cell(page, 1, 1).focus();
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Delete');
  for (const column of [1, 2, 3, 4]) await expect(cell(page, 1, column)).toHaveText('');
  await page.keyboard.press('Control+z');
  await expect(cell(page, 1, 1)).toHaveText('1');
  // One cell fills all that are selected.
  await paste(page, cell(page, 1, 4), 'x');
  for (const column of [1, 2, 3, 4]) await expect(cell(page, 1, column)).toHaveText('x');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+a');
  await expect(selection).toHaveText('10 × 4 cells selected');
  expect(await copied(page)).toBe(satisfaction.replaceAll(',', '\t'));
  await cell(page, 2, 1).focus();
  await page.keyboard.press('Shift+ArrowDown');
  const before = await Promise.all([2, 3].map((row) => cell(page, row, 1).textContent()));
  expect((await copied(page, 'cut')).split('\n')).toEqual([...before.map((each) => each!.trim()), '']);
  await expect(cell(page, 3, 1)).toHaveText('');
});

test('cells are selected with the pointer', async ({ page }) => {
  await openHomework(page);
  const selection = page.getByTestId('selection');
  await cell(page, 1, 1).hover();
  await page.mouse.down();
  await cell(page, 2, 2).hover();
  await cell(page, 3, 3).hover();
  await page.mouse.up();
  await expect(selection).toHaveText('3 × 3 cells selected');
  await cell(page, 2, 4).click({ modifiers: ['Shift'] });
  await expect(selection).toHaveText('2 × 4 cells selected');
  await cell(page, 5, 2).click();
  await expect(selection).toHaveText('');
  await expect(page.locator('[aria-selected=true]')).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: /row 5/ })).toHaveCount(0);
});

test('a pasted CSV becomes the table, and says where it is wrong', async ({ page }) => {
  await openHomework(page);
  await button(page, 'Paste…').click();
  const box = page.getByLabel(/the first line names the columns/);
  await expect(box).toBeFocused();
  await box.fill('a;b\n1;x\n2\n');
  await button(page, 'Use this table').click();
  await expect(page.getByRole('alert')).toContainText('my-table.csv:3:1');
  await expect(page.getByRole('alert')).toContainText('this record has 1 field');
  await box.fill('a;b\n1;x\n2;y\n');
  await button(page, 'Use this table').click();
  await expect(box).toBeHidden();
  await expect(probability(page, 'x')).toHaveText('0.5');
});

test('a dropped CSV is opened, and one that is broken leaves the table as it is', async ({ page }) => {
  await openHomework(page);
  await dropFiles(page, [{ name: 'broken.csv', content: 'a,b\n1,x\n2,"y\n' }]);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('This file cannot be opened');
  await expect(alert).toContainText('broken.csv:3:3');
  await expect(alert).toContainText('this quote does not end');
  for (const [name, content] of [
    ['binary.csv:2:1', Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0, 1, 2, 0xff])],
    ['empty.csv:1:1', ''],
    ['no column is left for features', 'a\n1\n'],
  ] as const) {
    await dropFiles(page, [{ name: name.replace(/:.*/, ''), content }]);
    await expect(alert).toContainText(name);
  }
  await expect(probability(page, '1')).toHaveText('0.7009345794');
  await dropFiles(page, [{ name: 'people.csv', content: satisfaction.replaceAll(',', '\t') }]);
  await expect(alert).toBeHidden();
  await expect(probability(page, '1')).toHaveText('0.4444444444');
  await expect(page).toHaveURL(/data=own/);
});

test('a table of 10,000 rows is learned from whole, and only its beginning is drawn', async ({ page }) => {
  const rows = Array.from({ length: 10_000 }, (_, row) => `${row % 2},${row % 3},id${row},${row < 2500 ? 'few' : 'most'}`);
  await openPage(page, '#/naive');
  await dropFiles(page, [{ name: 'large.csv', content: ['a,b,id,class', ...rows].join('\n') }]);
  await expect(probability(page, 'few')).toHaveText('0.25');
  await expect(page.getByText('… 9,900 more, all of them learned from')).toBeVisible();
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(101);
  await button(page, 'Show 500 more').click();
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(601);
  // A column of very many values is typed into.
  await choice(page, 'id').fill('id7');
  await expect(probability(page, 'few')).toHaveText('1');
});

test('tables of very many columns or classes, and names that objects have, do no harm', async ({ page }) => {
  await openPage(page, '#/naive');
  const columns = Array.from({ length: 3000 }, (_, column) => `c${column}`);
  const wide = [[...columns, 'class'], [...columns.map(() => '1'), 'x'], [...columns.map(() => '0'), 'y']];
  await dropFiles(page, [{ name: 'wide.csv', content: wide.map((line) => line.join(',')).join('\n') }]);
  await expect(page.getByText('… 2,901 more columns, all of them learned from')).toBeVisible();
  await choice(page, 'c0').selectOption('1');
  await expect(probability(page, 'x')).toHaveText('1');

  const many = Array.from({ length: 600 }, (_, row) => `${row % 2},k${row}`);
  await dropFiles(page, [{ name: 'many.csv', content: ['a,class', ...many].join('\n') }]);
  await expect(page.getByText('… 570 more classes, which are less probable')).toBeVisible();
  await choice(page, 'a').selectOption('1');
  await expect(probability(page, 'k1')).toHaveText('0.0033333333');

  const names = 'constructor,__proto__,toString\n1,1,hasOwnProperty\n0,1,__proto__\n';
  await dropFiles(page, [{ name: 'names.csv', content: names }]);
  await expect(probability(page, '__proto__')).toHaveText('0.5');
  await expect(choice(page, 'constructor')).toHaveValue('');
  await choice(page, '__proto__').selectOption('1');
  await expect(page.getByTestId('contributions')).toContainText('__proto__ = 1');
  await choice(page, 'constructor').selectOption('0');
  await expect(probability(page, '__proto__')).toHaveText('1');
});

test('the table is saved as CSV, and kept from visit to visit', async ({ page }) => {
  await openHomework(page);
  await cell(page, 1, 1).dblclick();
  await page.keyboard.type('say "x", y');
  await page.keyboard.press('Enter');
  const downloading = page.waitForEvent('download');
  await button(page, 'Save CSV').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('satisfaction.csv');
  expect(readFileSync(await download.path(), 'utf8')).toBe(satisfaction.replace('\n1,', '\n"say ""x"", y",'));
  await page.waitForTimeout(500); // until it is kept
  await page.reload();
  await expect(cell(page, 1, 1)).toHaveText('say "x", y');
  await page.goto('about:blank');
  await openHomework(page);
  await expect(cell(page, 1, 1)).toHaveText('1');
  await choice(page, 'Table').selectOption('own');
  await expect(cell(page, 1, 1)).toHaveText('say "x", y');
});

// ---- Messages --------------------------------------------------------------------------------

test('a message is classified word by word, and unseen words are said to be', async ({ page }) => {
  await openHomework(page);
  await button(page, 'Spam or not?').click();
  const box = page.getByLabel('Message', { exact: true });
  await expect(box).toHaveValue(/Claim your free prize/);
  await expect(page.getByLabel('α of the features, as a number')).toHaveValue('1');
  await box.fill('Free, free money for Zanzibar');
  const contributions = page.getByTestId('contributions');
  await expect(contributions).toContainText('free × 2');
  await expect(page.getByTestId('unseen')).toHaveText('Not seen in training, and left out: zanzibar');
  // As the command has it: 8/20 (5/175)² (4/175) (1/175) against 12/20 (1/216)² (2/216) (4/216).
  const [spam, ham] = [0.4 * (5 / 175) ** 2 * (4 / 175) * (1 / 175), 0.6 * (1 / 216) ** 2 * (2 / 216) * (5 / 216)];
  await expect(async () => {
    const shown = Number(await probability(page, 'spam').textContent());
    expect(shown).toBeCloseTo(spam / (spam + ham), 9);
  }).toPass();
  await expect(page).toHaveURL(/words=Free/);
  await page.reload();
  await expect(box).toHaveValue('Free, free money for Zanzibar');
  await expect(contributions).toContainText('free × 2');
  await page.getByText('there or not (Bernoulli)').click();
  await expect(contributions).toContainText('words not there');
  await expect(contributions).not.toContainText('free × 2');
  await box.fill('');
  await expect(page.getByTestId('unseen')).toHaveText('');
});

test('columns of texts are found in a file, and can be taken as values', async ({ page }) => {
  await openPage(page, '#/naive');
  const content = 'kind;mail\nspam;win money now\nham;see you at noon\nham;lunch at noon today\n';
  await dropFiles(page, [{ name: 'mail.csv', content }]);
  await page.getByLabel('Message', { exact: true }).fill('noon');
  await expect(page.getByTestId('contributions')).toContainText('noon');
  await choice(page, 'Features').selectOption('the other columns');
  await expect(choice(page, 'mail')).toBeVisible();
});

// ---- The network -----------------------------------------------------------------------------

test('the classifier opens as a network with the row as evidence', async ({ page }) => {
  await openHomework(page);
  await button(page, 'Open as a Bayesian network').click();
  await expect(page).toHaveURL(/#\/bayes\?/);
  await expect(page.getByRole('combobox', { name: 'Network' })).toContainText('satisfaction.json');
  await showTable(page);
  await expect(page.getByTestId('satisfied=1')).toHaveText('0.7009346');
  // A multinomial model has no such network.
  await page.getByRole('link', { name: 'Naive Bayes' }).click();
  await button(page, 'Spam or not?').click();
  await expect(button(page, 'Open as a Bayesian network')).toBeDisabled();
});

// ---- Room ------------------------------------------------------------------------------------

for (const width of [1440, 768, 360])
  for (const address of ['#/naive', '#/naive?data=spam&words=free+money+before+the+meeting'])
    test(`${width} pixels have room for ${address}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      await openPage(page, address);
      await expect(page.getByTestId('log-odds')).toBeVisible();
      await expectNoSidewaysScroll(page);
      for (const form of ['Table', 'Text']) {
        await page.getByRole('region', { name: 'The arithmetic' }).getByText(form, { exact: true }).click();
        await expectNoSidewaysScroll(page);
      }
    });
