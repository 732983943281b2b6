// Networks that are drawn and edited in the page, by pointer and by keyboard.
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { pack } from '../../web/src/lib/pack';
import { dropFiles, expectNoSidewaysScroll, expectProbability, openPage, showTable, stateButton } from './page';

const ground = (page: Page) => page.locator('.ground');
const grid = (page: Page) => page.getByRole('grid');
const cell = (page: Page, row: number, column: number) => page.locator(`[data-at="${row}/${column}"]`);
const node = (page: Page, name: string) => page.locator(`[data-node="${name}"]`);
const handle = (page: Page, name: string) => page.locator(`[data-handle="${name}"] .knob`);
const refusal = (page: Page) => page.getByTestId('refusal');
const editSwitch = (page: Page) => page.getByRole('button', { name: 'Edit', exact: true }).first();

async function newNetwork(page: Page) {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await page.getByRole('button', { name: 'New network' }).click();
  await expect(grid(page)).toHaveAccessibleName('Conditional table of A');
}

async function startEditing(page: Page, address: string) {
  await openPage(page, address);
  await expect(page.getByRole('button', { name: /^Ask about / }).first()).toBeVisible();
  await editSwitch(page).click();
  await expect(grid(page)).toBeVisible();
}

async function ask(page: Page, name: string) {
  await page.getByRole('combobox', { name: 'Variable', exact: true }).selectOption(name);
  await expect(grid(page)).toHaveAccessibleName(`Conditional table of ${name}`);
}

async function middle(place: Locator) {
  const box = (await place.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// Pulls an arrow from the handle of a node to another node.
async function pull(page: Page, from: string, to: string) {
  const start = await middle(handle(page, from));
  const end = await middle(node(page, to).locator('.body'));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

async function paste(page: Page, text: string) {
  await grid(page).evaluate((table, content) => {
    const data = new DataTransfer();
    data.setData('text/plain', content);
    table.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

// ---- The diamond A → B, A → C, B → D, C → D ---------------------------------------------------------

const diamond = {
  A: [[0.3, 0.7]],
  B: [[0.9, 0.1], [0.2, 0.8]],
  C: [[0.6, 0.4], [0.25, 0.75]],
  D: [[0.99, 0.01], [0.7, 0.3], [0.5, 0.5], [0.05, 0.95]],
};

// P(A = yes | D = yes) by the sum over all states.
function posteriorOfA(): number {
  const weight = [0, 0];
  for (const a of [0, 1])
    for (const b of [0, 1])
      for (const c of [0, 1])
        weight[a]! += diamond.A[0]![a]! * diamond.B[a]![b]! * diamond.C[a]![c]! * diamond.D[2 * b + c]![0]!;
  return weight[0]! / (weight[0]! + weight[1]!);
}

test('a network of four variables is drawn and filled in by pointer, and its posterior is right', async ({ page }) => {
  await newNetwork(page);
  const { x, y, width, height } = (await ground(page).boundingBox())!;
  // The node that is there goes to the top, and the others are put below it.
  const start = await middle(node(page, 'A').locator('.name'));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x, start.y - 60);
  await page.mouse.move(start.x, y + 40);
  await page.mouse.up();
  for (const [name, left, top] of [['B', 0.25, 0.55], ['C', 0.75, 0.55], ['D', 0.5, 0.85]] as const) {
    await page.mouse.dblclick(x + left * width, y + top * height);
    await expect(node(page, name)).toBeVisible();
  }
  for (const [from, to] of [['A', 'B'], ['A', 'C'], ['B', 'D'], ['C', 'D']] as const) {
    await pull(page, from, to);
    await expect(page.getByTestId('said')).toContainText(`Arrow from ${from} to ${to} drawn`);
  }
  for (const [name, rows] of Object.entries(diamond)) {
    await ask(page, name);
    for (const [row, numbers] of rows.entries())
      for (const [column, number] of numbers.entries()) {
        await cell(page, row, column).click();
        await page.keyboard.type(String(number));
        await page.keyboard.press('Enter');
      }
    await expect(page.getByTestId('unfinished')).toBeHidden();
  }
  await stateButton(page, 'D', 'yes').click();
  await showTable(page);
  await expectProbability(page, 'A=yes', posteriorOfA());
});

test('the same by keyboard alone', async ({ page }) => {
  await newNetwork(page);
  await page.getByRole('button', { name: 'Ask about A' }).focus();
  for (const name of ['B', 'C', 'D']) {
    await page.keyboard.press('n');
    await expect(page.getByRole('button', { name: `Ask about ${name}` })).toBeFocused();
  }
  for (const [from, to] of [['A', 'B'], ['A', 'C'], ['B', 'D'], ['C', 'D']] as const) {
    await page.getByRole('button', { name: 'Connect…' }).press('Enter');
    const form = page.getByRole('form', { name: 'Draw an arrow' });
    await expect(form.getByRole('combobox', { name: 'to' })).toBeFocused();
    await form.getByRole('combobox', { name: 'from' }).selectOption(from);
    await form.getByRole('combobox', { name: 'to' }).selectOption(to);
    await form.getByRole('button', { name: 'Draw arrow' }).press('Enter');
    await expect(page.getByTestId('said')).toContainText(`Arrow from ${from} to ${to} drawn`);
  }
  for (const [name, rows] of Object.entries(diamond)) {
    await ask(page, name);
    await cell(page, 0, 0).focus();
    const numbers = rows.flat();
    for (const [index, number] of numbers.entries()) {
      await page.keyboard.type(String(number));
      await page.keyboard.press(index + 1 < numbers.length ? 'Tab' : 'Enter');
    }
    await expect(cell(page, rows.length - 1, 1)).toHaveText(String(numbers.at(-1)));
  }
  await stateButton(page, 'D', 'yes').press('Enter');
  await showTable(page);
  await expectProbability(page, 'A=yes', posteriorOfA());
});

// ---- Structure ---------------------------------------------------------------------------------

test('an arrow that closes a cycle is refused, and its path is shown', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia');
  await page.getByRole('button', { name: 'Connect…' }).click();
  const form = page.getByRole('form', { name: 'Draw an arrow' });
  await form.getByRole('combobox', { name: 'from' }).selectOption('dysp');
  await form.getByRole('combobox', { name: 'to' }).selectOption('smoke');
  await form.getByRole('button', { name: 'Draw arrow' }).click();
  await expect(refusal(page)).toContainText('dysp → smoke → bronc → dysp would be a cycle.');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await refusal(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(refusal(page)).toBeHidden();
});

test('names, states and arrows change, what is known follows, and all of it is undone and done again', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&e.smoke=yes&target=smoke');
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('lung');
  await name.press('Enter');
  await expect(refusal(page)).toContainText('There is a variable named lung already.');
  await name.fill('smoker');
  await name.press('Enter');
  await expect(refusal(page)).toBeHidden();
  const state = page.getByRole('textbox', { name: 'State 1' });
  await state.fill('often');
  await state.press('Enter');
  await expect(stateButton(page, 'smoker', 'often')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');

  await page.getByRole('button', { name: 'Add state' }).click();
  await expect(stateButton(page, 'smoker', 'state 3')).toBeVisible();
  await expect(cell(page, 0, 2)).toHaveText('0');
  await expect(stateButton(page, 'smoker', 'often')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Move state 3 up' }).click();
  await expect(cell(page, 0, 1)).toHaveText('0');

  await ask(page, 'lung');
  await page.getByRole('button', { name: 'Delete the arrow smoker → lung' }).click();
  // The mean of 0.1, 0.5 (of the new state) and 0.01.
  await expect(cell(page, 0, 0)).toHaveText('0.2033333');

  const undo = page.getByRole('button', { name: 'Undo' });
  for (let count = 0; count < 5; count++) await undo.click();
  await expect(undo).toBeDisabled();
  await expect(stateButton(page, 'smoke', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await ground(page).getByRole('button', { name: 'Ask about smoke' }).focus();
  await page.keyboard.press('Control+Shift+z');
  await expect(stateButton(page, 'smoker', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Control+z');
  await expect(stateButton(page, 'smoke', 'yes')).toBeVisible();
});

test('a node is deleted by key and comes back to its place, and an arrow is deleted by pointer', async ({ page }) => {
  await startEditing(page, '#/bayes?net=abcd');
  const before = await node(page, 'B').locator('.body').boundingBox();
  await ground(page).getByRole('button', { name: 'Ask about B' }).focus();
  await page.keyboard.press('Delete');
  await expect(node(page, 'B')).toHaveCount(0);
  await expect(page.getByTestId('said')).toHaveText('B deleted');
  await page.keyboard.press('Control+z');
  await expect(node(page, 'B')).toBeVisible();
  const after = await node(page, 'B').locator('.body').boundingBox();
  expect(after!.x).toBeCloseTo(before!.x, 0);
  expect(after!.y).toBeCloseTo(before!.y, 0);

  const wire = page.locator('[data-wire]').first();
  const place = await wire.evaluate((path: SVGPathElement) => {
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
    const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(path.getScreenCTM()!);
    return { x: left, y: top };
  });
  await page.mouse.click(place.x, place.y);
  const button = page.getByRole('button', { name: /^Delete A → / });
  await expect(button).toBeVisible();
  const count = await page.locator('[data-wire]').count();
  await button.click();
  await expect(page.locator('[data-wire]')).toHaveCount(count - 1);
});

test('an edit of a table leaves the nodes where they are', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&target=lung');
  const start = await middle(node(page, 'tub').locator('.name'));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 20, start.y + 60, { steps: 3 });
  await page.mouse.up();
  const places = () => page.locator('[data-node]').evaluateAll((all) => all.map((each) => each.getAttribute('transform')));
  const before = await places();
  const row = cell(page, 0, 0);
  await row.click();
  await page.keyboard.type('30%');
  await page.keyboard.press('Tab');
  await page.keyboard.type('0.7');
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('15.50%');
  expect(await places()).toEqual(before);
});

// ---- Tables ------------------------------------------------------------------------------------

test('a row whose sum is not 1 is pointed out, and answers stay until it is mended', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&target=lung');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('5.50%');
  await cell(page, 0, 0).click();
  await paste(page, '0.5');
  await expect(page.getByTestId('sum-0')).toContainText('1.4 not 1');
  await expect(page.getByTestId('unfinished')).toContainText('The row smoke = yes of lung does not have the sum 1.');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('5.50%');
  // Of two states the other follows a number that is typed.
  await cell(page, 0, 1).click();
  await page.keyboard.type('1/2');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('unfinished')).toBeHidden();
  await expect(page.getByTestId('said')).toHaveText('yes is 1/2 now');
  await expect(cell(page, 0, 0)).toHaveText('1/2');
  await expect(cell(page, 0, 1)).toHaveText('1/2');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('25.50%');
});

test('what is no number is refused and explained, and Escape brings the old one back', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&target=lung');
  await cell(page, 0, 0).click();
  await page.keyboard.type('often');
  await page.keyboard.press('Enter');
  await expect(refusal(page)).toContainText('“often” is not a probability');
  await expect(grid(page).getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(cell(page, 0, 0)).toBeFocused();
  await expect(cell(page, 0, 0)).toHaveText('0.1');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(cell(page, 1, 1)).toBeFocused();
});

test('a block is pasted, cells are locked and the rest is repaired', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&target=dysp');
  await cell(page, 1, 0).click();
  await paste(page, '25%\t75%\n1/3\t2/3\n');
  await expect(page.getByTestId('said')).toHaveText('4 numbers pasted');
  await expect(cell(page, 1, 1)).toHaveText('0.75');
  await expect(cell(page, 2, 0)).toHaveText('1/3');
  await expect(page.getByTestId('unfinished')).toBeHidden();
  await paste(page, '0,25;much');
  await expect(refusal(page)).toContainText('“much” is not a probability');

  await cell(page, 0, 0).click();
  await paste(page, '0.8');
  await page.getByRole('button', { name: 'Lock cell' }).click();
  await expect(cell(page, 0, 0)).toContainText('locked');
  await page.getByRole('button', { name: 'Repair row' }).click();
  await expect(cell(page, 0, 0)).toContainText('0.8');
  await expect(cell(page, 0, 1)).toHaveText('0.2');
  // Without its lock, it is scaled with the other.
  await cell(page, 0, 1).click();
  await page.keyboard.type('0.8');
  await page.keyboard.press('Enter');
  await cell(page, 0, 0).click();
  await page.getByRole('button', { name: 'Lock cell' }).click();
  await page.getByRole('button', { name: 'Repair table' }).click();
  await expect(cell(page, 0, 0)).toHaveText('0.5');
  await page.getByRole('button', { name: 'Uniform row' }).click();
  await expect(cell(page, 0, 1)).toHaveText('0.5');
});

test('the table is shown to those who do not edit, and structure alone can be given numbers', async ({ page }) => {
  await openPage(page, '#/bayes?net=homework-structure&panel=tables');
  await expect(page.getByText('the network is structure alone')).toBeVisible();
  await page.getByRole('button', { name: 'Fill all tables with equal probabilities' }).click();
  await expect(grid(page)).toBeVisible();
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await openPage(page, '#/bayes?net=asia&target=lung&panel=tables');
  await expect(grid(page)).toHaveAttribute('aria-readonly', 'true');
  await cell(page, 0, 0).click();
  await page.keyboard.type('1');
  await expect(grid(page).getByRole('textbox')).toHaveCount(0);
});

// ---- For everyone ------------------------------------------------------------------------------

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing while a network is edited', async ({ page }) => {
      await startEditing(page, '#/bayes?net=asia&target=dysp');
      await cell(page, 0, 0).click();
      await page.keyboard.type('0.5');
      await page.keyboard.press('Enter');
      await page.keyboard.type('x');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Lock row' }).click();
      await page.getByRole('button', { name: 'Connect…' }).click();
      await expectNoFindings(page);
    });
  });

test('on a phone nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await startEditing(page, '#/bayes?net=asia&target=dysp');
  await expectNoSidewaysScroll(page);
  await cell(page, 0, 0).click();
  await paste(page, '0.5');
  await page.getByRole('button', { name: 'Connect…' }).click();
  await expectNoSidewaysScroll(page);
});

// ---- Files and pictures ------------------------------------------------------------------------

async function exported(page: Page, name: string): Promise<{ name: string; content: Buffer }> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('group', { name: 'Export' }).getByRole('button', { name, exact: true }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test('every format that is exported opens again with equal posteriors', async ({ page }) => {
  await startEditing(page, '#/bayes?net=cancer&target=Smoker');
  await cell(page, 0, 0).click();
  await page.keyboard.type('0.4');
  await page.keyboard.press('Tab');
  await page.keyboard.type('0.6');
  await page.keyboard.press('Enter');
  const numbers = () => page.locator('.state .value').allTextContents();
  await expect(stateButton(page, 'Smoker', 'yes')).toContainText('40.00%');
  const before = await numbers();
  const files = [];
  for (const format of ['BIF', 'XMLBIF', 'XDSL (GeNIe)', 'HUGIN .net', 'UAI', 'JSON (Likelore)'])
    files.push(await exported(page, format));
  expect(files.map(({ name }) => name)).toEqual(['bif', 'xmlbif', 'xdsl', 'net', 'uai', 'json'].map((end) => `cancer.${end}`));
  for (const { name, content } of files) {
    await openPage(page, '#/bayes?net=asia');
    await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
    await dropFiles(page, [{ name, content }]);
    await expect(page.locator('[data-node]')).toHaveCount(5);
    await expect.poll(async () => (await numbers()).sort(), { message: name }).toEqual([...before].sort());
    await expect(page).toHaveURL(/netz=/); // so that the next address is another one
  }
});

test('a file of an older program in Latin-1 is read, its declaration notwithstanding', async ({ page }) => {
  await openPage(page, '');
  const xml =
    '<?xml version="1.0" encoding="windows-1252"?>\n<smile version="1.0" id="N"><nodes><cpt id="X"><state id="Fi\u00e8vre"/><state id="no"/><probabilities>0.25 0.75</probabilities></cpt></nodes></smile>';
  await dropFiles(page, [{ name: 'old.xdsl', content: Buffer.from(xml, 'latin1') }]);
  await expect(stateButton(page, 'X', 'Fièvre')).toContainText('25.00%');
});

test('the picture has every node and bar, as SVG and as PNG of twice the size', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&e.xray=yes');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('48.87%');
  const svg = await exported(page, 'SVG picture');
  const text = svg.content.toString();
  expect(svg.name).toBe('asia.svg');
  for (const name of ['asia', 'tub', 'smoke', 'lung', 'bronc', 'either', 'xray', 'dysp', '48.87%', '100%']) expect(text).toContain(`>${name}<`);
  // It needs nothing beside itself.
  expect(text).not.toMatch(/var\(|class=|href/);
  const png = await exported(page, 'PNG picture');
  expect(png.content.subarray(1, 4).toString()).toBe('PNG');
  const width = Number(/width="(\d+)"/.exec(text)![1]);
  expect(png.content.readUInt32BE(16)).toBe(2 * width);
});

for (const count of [50, 400])
  test(`the generated network of ${count} nodes opens, and all posteriors are computed`, async ({ page }) => {
    await openPage(page, '');
    await page.getByRole('combobox', { name: 'Network' }).selectOption(`generated-${count}`);
    await expect(page.locator('#graph-shown')).toContainText(`of ${count} nodes`);
    await expect(page.getByTestId('p-evidence')).toHaveText('1');
    await showTable(page);
    await expect(page.getByTestId(`v${count}=a`)).toHaveText(/^0\.\d+$/);
  });

test('a network of 400 nodes can be edited', async ({ page }) => {
  await openPage(page, '#/bayes?net=generated-400');
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await editSwitch(page).click();
  await expect(grid(page)).toBeVisible();
  await page.getByRole('button', { name: 'Add node' }).click();
  await expect(page.locator('#graph-shown')).toContainText('of 401 nodes');
  await expect(grid(page)).toHaveAccessibleName('Conditional table of A');
  await expect(stateButton(page, 'A', 'yes').or(node(page, 'A'))).toBeVisible();
});

// ---- From visit to visit -------------------------------------------------------------------------

const menu = (page: Page) => page.getByRole('combobox', { name: 'Network', exact: true });

// A network with the node A, of which yes has the probability given.
async function drawCoin(page: Page, p: number) {
  await newNetwork(page);
  await cell(page, 0, 0).click();
  await page.keyboard.type(String(p));
  await page.keyboard.press('Tab');
  await page.keyboard.type(`${Math.round((1 - p) * 100)}%`);
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'A', 'yes')).toContainText(`${p * 100}.00%`);
  await expect(page).toHaveURL(/netz=/);
}

test('a network that was drawn is offered at the next visit, with what was observed', async ({ page }) => {
  await drawCoin(page, 0.25);
  await stateButton(page, 'A', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.25');
  await page.waitForTimeout(800); // it is saved when there is nothing new for a moment
  await page.goto('about:blank');
  await openPage(page, '');
  const offer = page.getByTestId('offer');
  await expect(offer).toContainText(/Your network “My network” of \d\d:\d\d is kept in this browser/);
  await offer.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.25');
  await expect(offer).toBeHidden();

  await page.goto('about:blank');
  await openPage(page, '');
  await offer.getByRole('button', { name: 'Discard' }).click();
  await expect(offer).toBeHidden();
  await page.goto('about:blank');
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await expect(menu(page).locator('option', { hasText: 'My network' })).toHaveCount(0);
});

test('a row that is not finished is there again after the page was reloaded', async ({ page }) => {
  await startEditing(page, '#/bayes?net=asia&target=lung');
  await cell(page, 0, 0).click();
  await paste(page, '0.5');
  await expect(page).toHaveURL(/netz=/);
  await page.reload();
  await expect(page.getByTestId('unfinished')).toContainText('The row smoke = yes of lung');
  await expect(page.getByTestId('sum-0')).toContainText('1.4 not 1');
  await expect(stateButton(page, 'lung', 'yes')).toContainText('5.50%');
});

test('an example that is opened over a network does not lose it, and it can be renamed and deleted', async ({ page }) => {
  await drawCoin(page, 0.25);
  const name = page.getByRole('textbox', { name: 'Name of the network' });
  await name.fill('Coin');
  await name.press('Enter');
  await menu(page).selectOption('cancer');
  await expect(page.locator('[data-node]')).toHaveCount(5);
  const option = menu(page).locator('option', { hasText: 'Coin' });
  await expect(option).toHaveCount(1);
  await menu(page).selectOption((await option.getAttribute('value'))!);
  await expect(stateButton(page, 'A', 'yes')).toContainText('25.00%');
  await editSwitch(page).click();
  await page.getByRole('button', { name: 'Delete network' }).click();
  await expect(page.getByText('Delete “Coin” for good?')).toBeVisible();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await expect(option).toHaveCount(0);
});

test('a network travels in its address, places included', async ({ page, browser }) => {
  await drawCoin(page, 0.25);
  const { x, y, width, height } = (await ground(page).boundingBox())!;
  await page.mouse.dblclick(x + width / 2, y + 0.85 * height);
  await pull(page, 'A', 'B');
  await expect(page.getByTestId('said')).toContainText('Arrow from A to B drawn');
  await page.waitForTimeout(1000);
  const address = page.url();
  expect(address.length).toBeLessThan(2000);
  expect(address).toMatch(/netz=/);

  const elsewhere = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await elsewhere.goto(address);
  await expect(stateButton(elsewhere, 'A', 'yes')).toContainText('25.00%');
  const places = await elsewhere.locator('[data-node]').evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
  expect(places[1]!.y).toBeGreaterThan(places[0]!.y + 60);
  // It is not the visitor's own until it is edited.
  await expect(menu(elsewhere).locator('optgroup[label="My networks"]')).toHaveCount(0);
  await editSwitch(elsewhere).click();
  await expect(grid(elsewhere)).toBeVisible();
  await elsewhere.context().close();
});

test('a damaged link is refused with a reason, and so is one that the core cannot open', async ({ page }) => {
  await openPage(page, '#/bayes?netz=not-a-network');
  await expect(page.getByRole('alert')).toContainText('The network in this address is damaged or too large.');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const cyclic = { version: 1, name: 'x', variables: [{ name: 'A', states: ['a'], parents: ['A'], table: [1] }] };
  await page.goto('about:blank');
  await openPage(page, `#/bayes?netz=${await pack(JSON.stringify(cyclic))}`);
  await expect(page.getByRole('alert')).toContainText('link.json');
  await page.goto('about:blank');
  await openPage(page, '#/bayes?own=nowhere');
  await expect(page.getByRole('alert')).toContainText('kept in another browser, or has been deleted');
});

test('a network that is too long for an address says so', async ({ page }) => {
  await openPage(page, '#/bayes?net=generated-400');
  await expect(page.getByTestId('p-evidence')).toHaveText('1');
  await editSwitch(page).click();
  await page.getByRole('button', { name: 'Add node' }).click();
  await expect(page.getByTestId('long')).toContainText('too long for an address');
  await expect(page).toHaveURL(/own=/);
  await page.reload();
  await expect(page.locator('#graph-shown')).toContainText('of 401 nodes');
});

test('a file that was opened travels in its address, with what is known, fractions and all', async ({ page, browser }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const content = [
    'network coins {\n}',
    'variable coin {\n  type discrete [ 2 ] { heads, tails };\n}',
    'variable again {\n  type discrete [ 2 ] { heads, tails };\n}',
    'probability ( coin ) {\n  table 1/3, 2/3;\n}',
    'probability ( again | coin ) {\n  (heads) 0.25, 0.75;\n  (tails) 0.1, 0.9;\n}\n',
  ].join('\n');
  await dropFiles(page, [{ name: 'coins.bif', content }]);
  await expect(page).toHaveURL(/netz=/);
  await stateButton(page, 'again', 'heads').click();
  await page.getByRole('checkbox', { name: 'Fractions' }).check();
  await expect(page).toHaveURL(/exact=1/);
  expect(page.url()).not.toMatch(/own=/);
  const elsewhere = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await elsewhere.goto(page.url());
  await expect(stateButton(elsewhere, 'coin', 'heads')).toContainText('5/9');
  await expect(menu(elsewhere)).toContainText('coins');
  await elsewhere.context().close();
});

test('a Markov network travels in its address', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await dropFiles(page, [{ name: 'pair.uai', content: 'MARKOV 2 2 2 1 2 0 1 4 1 2 3 4' }]);
  await expect(page).toHaveURL(/netz=/);
  await page.reload();
  await expect(stateButton(page, 'v1', '1')).toContainText('60.00%');
});

test('of a file that is too large for a link the page says so', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const rows = Array.from({ length: 30_000 }, (_, i) => (i % 2 === 0 ? '0.25' : '0.75')).join(' ');
  await dropFiles(page, [{ name: 'large.uai', content: `MARKOV 2 15000 2 1 2 0 1 30000 ${rows}` }]);
  await expect(page.getByTestId('long')).toContainText('too large for a link');
  await expect(page).not.toHaveURL(/net/);
});
