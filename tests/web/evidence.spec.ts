// What is known, in the graph and in the table: likelihoods, interventions, conflicts, and what to
// observe next; by pointer, by touch and by keyboard.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { answerNatively, command, rankNatively } from './command';
import { expectNoSidewaysScroll, expectProbability, openPage, showTable, stateButton } from './page';

const pEvidence = (page: Page) => page.getByTestId('p-evidence');
const menu = (page: Page) => page.getByRole('menu');
const editor = (page: Page) => page.getByRole('dialog', { name: /^Likelihood of/ });
const entry = (page: Page, name: RegExp | string) => menu(page).getByRole('menuitem', { name });

// A point of a state's bar, at a share of its length.
async function onBar(state: Locator, share: number): Promise<{ x: number; y: number }> {
  const box = await state.locator('[data-bar]').boundingBox();
  if (!box) throw new Error('the bar is not shown');
  return { x: box.x + share * box.width, y: box.y + box.height / 2 };
}

async function pullBar(page: Page, state: Locator, from: number, to: number, release = true) {
  const start = await onBar(state, from);
  const end = await onBar(state, to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, start.y);
  await page.mouse.move(end.x, end.y);
  if (release) await page.mouse.up();
}

// Every posterior of the table twin.
async function expectAnswer(page: Page, words: string[]) {
  const answer = answerNatively('asia', ...words);
  await showTable(page);
  for (const [variable, states] of Object.entries(answer.posteriors))
    for (const [state, p] of Object.entries(states)) await expectProbability(page, `${variable}=${state}`, p);
  expect(Number(await pEvidence(page).textContent())).toBeCloseTo(answer.p_evidence!, 6);
}

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

// ---- Likelihoods -----------------------------------------------------------------------------

test('dragging a bar sets a likelihood, which the posteriors follow; the node stays where it is', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  await openPage(page, '');
  const state = stateButton(page, 'xray', 'no');
  await expect(state).toHaveAccessibleName(/probability/);
  const node = page.locator('[data-node="xray"]');
  const place = await node.getAttribute('transform');
  await pullBar(page, state, 0.5, 0.25, false);
  await expect(state).toHaveAccessibleName(/likelihood 0\.25/);
  await expect(stateButton(page, 'either', 'yes')).not.toHaveAccessibleName(/6\.48%/);
  await page.mouse.up();
  await expect(page).toHaveURL(/l\.xray=1\+0\.25/);
  expect(await node.getAttribute('transform')).toBe(place);
  await expect(state).toHaveAttribute('aria-pressed', 'false');
  await expectAnswer(page, ['--likelihood', 'xray=yes:1,no:0.25']);
});

test('a bar that is dragged back to its end says nothing any more', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&l.xray=1+0.5');
  const state = stateButton(page, 'xray', 'no');
  await expect(state).toHaveAccessibleName(/likelihood 0\.5/);
  await pullBar(page, state, 0.5, 1);
  await expect(page).not.toHaveURL(/l\.xray/);
  await expect(pEvidence(page)).toHaveText('1');
});

test('a click on a bar observes, and a drag up or down moves the node', async ({ page }) => {
  await openPage(page, '');
  const state = stateButton(page, 'smoke', 'yes');
  const point = await onBar(state, 0.5);
  await page.mouse.click(point.x, point.y);
  await expect(state).toHaveAttribute('aria-pressed', 'true');
  const node = page.locator('[data-node="smoke"]');
  const place = await node.getAttribute('transform');
  await page.mouse.move(point.x, point.y);
  await page.mouse.down();
  await page.mouse.move(point.x, point.y + 20);
  await page.mouse.move(point.x, point.y + 40);
  await page.mouse.up();
  expect(await node.getAttribute('transform')).not.toBe(place);
  await expect(page).not.toHaveURL(/l\.smoke/);
});

test('the likelihood is typed with the keyboard alone; Enter keeps it and Escape does not', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  await openPage(page, '');
  const state = stateButton(page, 'xray', 'no');
  await state.focus();
  await page.keyboard.press('l');
  const field = editor(page).getByRole('spinbutton', { name: 'Likelihood of xray = no' });
  await expect(field).toBeFocused();
  await page.keyboard.type('0.1');
  await expect(state).toHaveAccessibleName(/likelihood 0\.1/);
  await page.keyboard.press('Escape');
  await expect(editor(page)).toBeHidden();
  await expect(state).toBeFocused();
  await expect(state).not.toHaveAccessibleName(/likelihood/);

  await page.keyboard.press('L');
  await page.keyboard.type('0.1');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('-1');
  await expect(editor(page).getByRole('status')).toContainText('from 0 on');
  await expect(editor(page).getByRole('button', { name: 'Done' })).toBeDisabled();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect(state).toBeFocused();
  await expectAnswer(page, ['--likelihood', 'xray=yes:3,no:0.1']);
});

test('the chip of a likelihood opens its editor, and is told apart from the others', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&l.xray=0.8+0.2&e.dysp=yes&do.smoke=no');
  await expect(page.getByText('likelihood', { exact: true })).toBeVisible();
  await expect(page.getByText('observed', { exact: true })).toBeVisible();
  await expect(page.getByText('set', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Edit xray ∝ (0.8, 0.2)' }).click();
  await expect(editor(page).getByRole('spinbutton').first()).toHaveValue('0.8');
  await editor(page).getByRole('button', { name: 'Clear' }).click();
  await expect(page).not.toHaveURL(/l\.xray/);
  await page.getByRole('button', { name: 'Clear do(smoke = no)' }).click();
  await expect(page).not.toHaveURL(/do\.smoke/);
});

// ---- Interventions ---------------------------------------------------------------------------

test('the right button sets a state from outside: the arrows into it are cut', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  await openPage(page, '#/bayes?net=asia&e.dysp=yes');
  await stateButton(page, 'either', 'yes').click({ button: 'right' });
  await entry(page, /^Set by intervention/).click();
  await expect(stateButton(page, 'either', 'yes')).toHaveAccessibleName('either = yes, set from outside');
  await expect(page.getByText('either does not listen to its parents')).toBeVisible();
  await expect(page.locator('[data-edges="cut"]')).toHaveAttribute('data-count', '2');
  await expectAnswer(page, ['-e', 'dysp=yes', '--do', 'either=yes']);
});

test('the menu is used with the keyboard alone', async ({ page }) => {
  await openPage(page, '');
  const state = stateButton(page, 'lung', 'yes');
  await state.focus();
  await page.keyboard.press('Shift+F10');
  await expect(entry(page, 'Observe lung = yes')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu(page)).toBeHidden();
  await expect(state).toBeFocused();
  await page.keyboard.press('d');
  await page.keyboard.press('ArrowUp');
  await expect(entry(page, 'Ask about lung')).toBeFocused();
  await page.keyboard.press('s');
  await expect(entry(page, /^Set by/)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(state).toHaveAccessibleName('lung = yes, set from outside');
  await expect(state).toBeFocused();
  await page.keyboard.press('d');
  await page.keyboard.press('c');
  await page.keyboard.press('Enter');
  await expect(state).toHaveAccessibleName(/probability/);
});

test('a press outside closes the menu, and at the edge of the window it opens inwards', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await openPage(page, '');
  await showTable(page);
  await page.getByRole('button', { name: 'More for dysp = no' }).click();
  const box = (await menu(page).boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(360);
  expect(box.y + box.height).toBeLessThanOrEqual(700);
  await expectNoSidewaysScroll(page);
  await page.mouse.click(2, 2);
  await expect(menu(page)).toBeHidden();
});

test('the table does all of it without the drawing', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  await openPage(page, '');
  await showTable(page);
  await page.getByRole('button', { name: 'More for smoke = yes' }).click();
  await entry(page, /^Set by/).click();
  await page.getByRole('button', { name: 'More for xray = yes' }).click();
  await entry(page, 'Likelihood…').click();
  await page.keyboard.type('0.5');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'More for xray = yes' })).toBeFocused();
  await page.getByRole('button', { name: 'Observe dysp = yes' }).click();
  await expectAnswer(page, ['-e', 'dysp=yes', '--do', 'smoke=yes', '--likelihood', 'xray=yes:0.5,no:1']);
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, viewport: { width: 768, height: 1024 } });

  test('a finger that rests opens the menu; one that rests and moves pulls the bar', async ({ page }) => {
    await openPage(page, '');
    const state = stateButton(page, 'xray', 'no');
    await expect(state).toHaveAccessibleName(/probability/);
    await state.scrollIntoViewIfNeeded();
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    const start = await onBar(state, 0.9);
    await touch('touchStart', [start]);
    await page.waitForTimeout(450);
    for (const share of [0.7, 0.5, 0.3]) await touch('touchMove', [await onBar(state, share)]);
    await touch('touchEnd', []);
    await expect(page).toHaveURL(/l\.xray=1\+0\.3/);
    await touch('touchStart', [start]);
    await page.waitForTimeout(450);
    await touch('touchEnd', []);
    await entry(page, 'Clear').click();
    await expect(page).not.toHaveURL(/l\.xray/);
  });
});

// ---- Impossible evidence ---------------------------------------------------------------------

test('the few findings that cannot be together are named with the reason, and no others', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&e.lung=yes&e.either=no&e.asia=yes');
  const conflict = page.getByTestId('conflict');
  await expect(conflict).toContainText('These 2 observations cannot occur together');
  await expect(conflict).toContainText('Given lung = yes, either can only be yes.');
  await expect(conflict).toContainText('Not to blame: asia = yes.');
  await expect(conflict.getByRole('button')).toHaveCount(2);
  await expect(page.getByRole('group', { name: 'lung, in conflict' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'either, in conflict' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'asia', exact: true })).toBeVisible();
  await conflict.getByRole('button', { name: 'Clear lung = yes' }).click();
  await expect(conflict).toBeHidden();
  await expect(pEvidence(page)).not.toHaveText('0');
});

test('a conflict tells that it holds while something is set', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&do.lung=yes&e.either=no&e.smoke=yes');
  const conflict = page.getByTestId('conflict');
  await expect(conflict).toContainText('This can never be');
  await expect(conflict).toContainText('while do(lung = yes) is set from outside');
  await expect(conflict.getByRole('button')).toHaveCount(1);
  await conflict.getByRole('button', { name: 'Clear either = no' }).click();
  await expect(conflict).toBeHidden();
});

// ---- What to observe next --------------------------------------------------------------------

test('what to observe next is ranked as the command ranks it, and follows what is known', async ({ page }) => {
  test.skip(!command, 'the native command is not built');
  await openPage(page, '#/bayes?net=asia&target=lung&panel=observe');
  const expectRanking = async (words: string[]) => {
    const { variables, entropy } = rankNatively('asia', 'lung', ...words);
    const told = variables.filter(({ mutual_information: bits }) => bits > 1e-9);
    const panel = page.getByTestId('observe');
    await expect(panel).toContainText(`${entropy.toFixed(4)} bits of entropy`);
    const names = panel.getByRole('button', { name: /^Show \S+ in the graph$/ });
    const shown = await names.allTextContents();
    expect(shown.slice(0, told.length)).toEqual(told.map(({ name }) => name));
    expect([...shown].sort()).toEqual(variables.map(({ name }) => name).sort());
    for (const { name, mutual_information: bits } of told)
      expect(Number(await page.getByTestId(`bits of ${name}`).textContent())).toBeCloseTo(bits, 3);
    await expect(page.locator('[data-rank]')).toHaveCount(Math.min(3, told.length));
    await expect(page.locator(`[data-node="${told[0]!.name}"] [data-rank="1"]`)).toHaveCount(1);
  };
  await expectRanking([]);
  await stateButton(page, 'xray', 'yes').click();
  await expect(page.getByTestId('bits of xray')).toBeHidden();
  await expectRanking(['-e', 'xray=yes']);
});

test('the ranking leads to the node and to observing it, with the keyboard', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=lung&panel=observe');
  await page.getByRole('button', { name: 'Show either in the graph' }).press('Enter');
  await page.getByTestId('observe').getByRole('button', { name: 'More for either' }).press('Enter');
  await expect(entry(page, 'Observe either = yes')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'either', 'yes')).toHaveAttribute('aria-pressed', 'true');
  await page.getByTestId('observe').getByRole('button', { name: 'Show smoke in the graph' }).waitFor();
  await expect(page.getByTestId('bits of either')).toBeHidden();
});

test('there is nothing to learn of what is known, or without numbers', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=lung&panel=observe&e.lung=yes');
  await expect(page.getByTestId('observe')).toContainText('lung is known');
  await openPage(page, '#/bayes?net=homework-structure&panel=observe');
  await expect(page.getByTestId('observe')).toContainText('has no numbers');
});

// ---- Quality ---------------------------------------------------------------------------------

const known = '#/bayes?net=asia&e.dysp=yes&do.either=yes&l.xray=0.8+0.2&target=lung&panel=observe';

// A view, and what is done to see it.
const views: [name: string, show: (page: Page) => Promise<void>][] = [
  ['three kinds of findings and the ranking', async (page) => openPage(page, known)],
  [
    'the editor of a likelihood',
    async (page) => {
      await openPage(page, known);
      await page.getByRole('button', { name: 'Edit xray ∝ (0.8, 0.2)' }).click();
      await expect(editor(page)).toBeVisible();
    },
  ],
  [
    'the menu in the table',
    async (page) => {
      await openPage(page, known);
      await showTable(page);
      await page.getByRole('button', { name: 'More for asia = yes' }).click();
      await expect(menu(page)).toBeVisible();
    },
  ],
  [
    'a conflict',
    async (page) => {
      await openPage(page, '#/bayes?net=asia&e.lung=yes&e.either=no&e.asia=yes&panel=observe');
      await expect(page.getByTestId('conflict')).toContainText('can only be');
    },
  ],
];

for (const [name, show] of views)
  for (const [width, colorScheme] of [
    [360, 'light'],
    [768, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)
    test(`axe finds nothing in ${name}, ${width} pixels wide, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await show(page);
      await expect(page.getByTestId('observe')).toContainText(/entropy|impossible/);
      await expectNoFindings(page);
      await expectNoSidewaysScroll(page);
    });
