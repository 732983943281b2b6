// The panel of independence: verdicts, trails in words and in the graph, what would change a verdict,
// the numbers beside each other; by pointer, by keyboard and by address.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { activeFirst, changed, directionsOf, obstacleOf, reasonOf, trailLine } from '../../web/src/bayes/independence/trails';
import { reasonText, spokenTrail } from '../../web/src/bayes/independence/words';
import type { Junction, SeparateAnswer, Trail } from '../../web/src/lib/engine';
import { independenceEnglish } from '../../web/src/lib/text/independence.en';
import { independenceChinese } from '../../web/src/lib/text/independence.zh';
import { command, independentNatively, separateNatively } from './command';
import { pack } from '../../web/src/lib/pack';
import { dropFiles, expectNoSidewaysScroll, openPage, stateButton } from './page';

// ---- Without a browser -----------------------------------------------------------------------

const asiaParents: Record<string, string[]> = {
  tub: ['asia'],
  lung: ['smoke'],
  bronc: ['smoke'],
  either: ['tub', 'lung'],
  xray: ['either'],
  dysp: ['either', 'bronc'],
};
const parentsOf = (name: string) => asiaParents[name] ?? [];

const junction = (variable: string, kind: Junction['kind'], open: boolean, observed: boolean, opened_by?: string): Junction => ({
  variable,
  kind,
  open,
  observed,
  ...(opened_by === undefined ? {} : { opened_by }),
});

const blocked: Trail = {
  path: ['tub', 'either', 'lung', 'smoke'],
  active: false,
  blocked_at: 'either',
  why: 'collider',
  between: [junction('either', 'collider', false, false), junction('lung', 'chain', true, false)],
};

test('a trail is written with its arrows as they stand in the network', () => {
  expect(directionsOf(blocked.path, parentsOf)).toEqual(['right', 'left', 'left']);
  expect(trailLine(blocked.path, parentsOf)).toBe('tub → either ← lung ← smoke');
  expect(trailLine(['a', 'b'], () => [])).toBe('a — b');
});

test('a trail is told in words, in both languages', () => {
  expect(spokenTrail(independenceEnglish, blocked, parentsOf)).toBe(
    'blocked at either: from tub, with the arrow to either, against the arrow to lung, against the arrow to smoke',
  );
  expect(spokenTrail(independenceChinese, blocked, parentsOf)).toBe(
    '在 either 处被阻断：从 tub 出发，顺箭头到 either，逆箭头到 lung，逆箭头到 smoke',
  );
});

test('each variable inside a trail has its reason to open or to block', () => {
  expect(reasonOf(junction('a', 'chain', true, false))).toBe('passed');
  expect(reasonOf(junction('a', 'fork', false, true))).toBe('known');
  expect(reasonOf(junction('a', 'undirected', false, true))).toBe('known');
  expect(reasonOf(junction('a', 'collider', false, false))).toBe('closed collider');
  expect(reasonOf(junction('a', 'collider', true, true, 'a'))).toBe('known collider');
  const opened = junction('either', 'collider', true, false, 'dysp');
  expect(reasonText(independenceEnglish, opened)).toContain('its descendant dysp is known');
  expect(reasonText(independenceChinese, opened)).toContain('其后代 dysp 已知');
});

test('active trails come first, and otherwise the order stays', () => {
  const trail = (name: string, active: boolean): Trail => ({ ...blocked, path: ['x', name, 'y'], active });
  const list = [trail('a', false), trail('b', true), trail('c', false), trail('d', true)];
  expect(activeFirst(list).map(({ path }) => path[1])).toEqual(['b', 'd', 'a', 'c']);
});

test('a change adds and removes what is known, and where none helps the reason is told', () => {
  expect(changed(['a', 'b'], { add: ['c'], remove: ['a'] })).toEqual(['b', 'c']);
  const answer = { separated: false, change: null, trails: [{ ...blocked, path: ['asia', 'tub'] }] } as unknown as SeparateAnswer;
  expect(obstacleOf(answer, parentsOf)).toBe('arrow');
  expect(obstacleOf(answer, () => [])).toBe('edge');
  expect(obstacleOf({ ...answer, trails: [blocked] }, parentsOf)).toBe('no separator');
  expect(obstacleOf({ ...answer, separated: true }, parentsOf)).toBe('no trail');
  expect(obstacleOf({ ...answer, change: { add: ['a'], remove: [] } }, parentsOf)).toBe(null);
});

// ---- In the page -----------------------------------------------------------------------------

const address = (net: string, x: string, y: string, given: string[] = []) =>
  `#/bayes?net=${net}&target=${x}&panel=independence&y=${y}${given.map((name) => `&z=${name}`).join('')}`;
const structural = (page: Page) => page.getByTestId('structural');
const numeric = (page: Page) => page.getByTestId('numeric');
const trails = (page: Page) => page.getByTestId('trail');
const hits = (page: Page) => page.getByRole('listbox', { name: 'Variables found' }).getByRole('option');
const choice = (page: Page, label: string) => page.getByRole('combobox', { name: label, exact: true });

async function expectVerdict(page: Page, separated: boolean) {
  await expect(structural(page)).toContainText(separated ? 'Yes: d-separated' : 'No: d-connected');
}

async function add(page: Page, name: string) {
  const field = page.getByRole('combobox', { name: 'A variable that is known' });
  await field.fill(name);
  await field.press('Enter');
}

async function edgesDrawn(page: Page, kind: string): Promise<string | null> {
  return page.locator(`[data-edges="${kind}"]`).getAttribute('data-count');
}

test('by pointer: tub and smoke are independent, and with dysp known they are not', async ({ page }) => {
  await openPage(page, '');
  await page.getByRole('tab', { name: 'Independence' }).click();
  await choice(page, 'X').selectOption('tub');
  await choice(page, 'Y').selectOption('smoke');
  await expectVerdict(page, true);
  await expect(numeric(page)).toContainText('Yes: equal');
  await expect(page.getByTestId('agreement')).toHaveText('Both say the same.');
  await expect(page.getByTestId('trail-count')).toHaveText('2 trails, 0 active');
  await expect(trails(page).first()).toContainText('blocked at either');
  await expect(trails(page).first()).toContainText('neither it nor a descendant of it is known');

  const field = page.getByRole('combobox', { name: 'A variable that is known' });
  await field.click();
  await hits(page).filter({ hasText: 'dysp' }).click();
  await expectVerdict(page, false);
  await expect(numeric(page)).toContainText('No: different');
  await expect(page.getByTestId('trail-count')).toHaveText('2 trails, 2 active');
  await expect(trails(page).first()).toContainText('its descendant dysp is known');
  await expect(page).toHaveURL(/target=tub.*panel=independence.*y=smoke&z=dysp/);

  await page.getByRole('button', { name: 'dysp is known; forget it' }).click();
  await expectVerdict(page, true);
});

test('by keyboard alone: the question is asked, a trail looked at and the advice taken', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=tub');
  await page.getByRole('tab', { name: 'Elimination' }).focus();
  const independence = page.getByRole('tab', { name: 'Independence' });
  while (!(await independence.evaluate((tab) => tab === document.activeElement))) await page.keyboard.press('ArrowRight');
  await expect(structural(page)).toBeVisible();
  await choice(page, 'Y').focus();
  await page.keyboard.type('smo');
  await expect(choice(page, 'Y')).toHaveValue('smoke');
  await page.keyboard.press('Tab');
  const field = page.getByRole('combobox', { name: 'A variable that is known' });
  await expect(field).toBeFocused();
  await page.keyboard.type('xr');
  await expect(hits(page)).toHaveText(['xray']);
  await page.keyboard.press('Enter');
  await expectVerdict(page, false);

  await trails(page).nth(1).getByRole('button').focus();
  await expect.poll(() => edgesDrawn(page, 'blocked trail')).toBe('4');
  await page.keyboard.press('Enter');
  await expect(trails(page).nth(1)).toContainText('neither it nor a descendant of it is known');
  await expect(page).toHaveURL(/trail=2/);

  await page.getByTestId('change').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expectVerdict(page, true);
});

test('the first active trail is drawn at once, others when they are pointed at', async ({ page }) => {
  await openPage(page, address('asia', 'dysp', 'asia'));
  await expect.poll(() => edgesDrawn(page, 'active trail')).toBe('3');
  await expect(page.locator('[data-node="dysp"]')).toContainText('X');
  await expect(page.locator('[data-node="asia"]')).toContainText('Y');
  await trails(page).nth(1).getByRole('button').hover();
  await expect.poll(() => edgesDrawn(page, 'blocked trail')).toBe('6');
  await expect.poll(() => edgesDrawn(page, 'active trail')).toBe('0');
  await expect(page.locator('[data-node="either"]')).toContainText('blocks');
  await page.mouse.move(5, 5);
  await expect.poll(() => edgesDrawn(page, 'active trail')).toBe('3');
});

test('names in the graph choose X, Y and what is known, by pointer and by key', async ({ page }) => {
  await openPage(page, address('asia', 'dysp', 'asia'));
  await page.getByRole('button', { name: 'Ask about xray' }).click();
  await expect(choice(page, 'X')).toHaveValue('xray');
  const picks = page.getByRole('group', { name: 'A click on a name in the graph chooses' });
  await picks.getByText('Y', { exact: true }).click();
  await page.getByRole('button', { name: 'Choose smoke as Y' }).click();
  await expect(choice(page, 'Y')).toHaveValue('smoke');
  await expect(choice(page, 'X')).toHaveValue('xray');
  await picks.getByText('known', { exact: true }).click();
  const lung = page.getByRole('button', { name: 'lung as a known variable' });
  await lung.focus();
  await page.keyboard.press('Enter');
  await expect(lung).toHaveAttribute('aria-pressed', 'true');
  await expectVerdict(page, true);
  await page.keyboard.press('Enter');
  await expectVerdict(page, false);
  // Elsewhere a name asks again.
  await page.getByRole('tab', { name: 'Elimination' }).click();
  await page.getByRole('button', { name: 'Ask about bronc' }).click();
  await expect(page).toHaveURL(/target=bronc/);
});

test('what is observed is taken as known, and X and Y change places', async ({ page }) => {
  await openPage(page, `${address('asia', 'tub', 'smoke')}&e.bronc=yes&e.dysp=no`);
  await page.getByRole('button', { name: 'Take what is observed' }).click();
  await expect(page).toHaveURL(/z=bronc&z=dysp/);
  await expect(page.getByTestId('comparison').getByLabel('State of dysp')).toHaveValue('no');
  await page.getByRole('button', { name: 'Swap X and Y' }).click();
  await expect(choice(page, 'X')).toHaveValue('smoke');
  await expect(choice(page, 'Y')).toHaveValue('tub');
  // Y chosen as X: the two change places as well.
  await choice(page, 'X').selectOption('tub');
  await expect(choice(page, 'Y')).toHaveValue('smoke');
  // A known variable that is asked about is not known any more.
  await choice(page, 'X').selectOption('bronc');
  await expect(page).toHaveURL(/y=smoke&z=dysp$/);
});

async function exercise(page: Page, x: string, y: string, given: string[]) {
  await choice(page, 'X').selectOption(x);
  await choice(page, 'Y').selectOption(y);
  for (const name of given) await add(page, name);
}

const shown = (page: Page, id: string) => page.getByTestId('comparison').getByTestId(id);

test('P(b) and P(b | not d): equal, because C blocks the only trail', async ({ page }) => {
  await openPage(page, '#/bayes?net=abcd&panel=independence');
  await exercise(page, 'B', 'D', []);
  await expectVerdict(page, true);
  await expect(trails(page)).toHaveCount(1);
  await expect(trails(page)).toContainText('blocked at C');
  await expect(trails(page)).toContainText('collider');
  await page.getByLabel('State of D').selectOption('not_d');
  // 0.4 · 0.7 + 0.6 · 0.2
  await expect(shown(page, 'without-b')).toHaveText('0.4');
  await expect(shown(page, 'with-b')).toHaveText('0.4');
});

test('P(not a | c) and P(not a | c, not d): different, because C opens the trail', async ({ page }) => {
  await openPage(page, '#/bayes?net=abcd&panel=independence');
  await exercise(page, 'A', 'D', ['C']);
  await expectVerdict(page, false);
  await expect(trails(page)).toContainText('known, which opens the trail here');
  await page.getByLabel('State of C').selectOption('c');
  await page.getByLabel('State of D').selectOption('not_d');
  // P(c | a) = 0.25 · 0.9 + 0.75 · 0.6, P(c | not a) = 0.25 · 0.5 + 0.75 · 0.1.
  await expect(shown(page, 'without-not_a')).toHaveText('0.3076923');
  await expect(shown(page, 'with-not_a')).toHaveText('0.2');
  await page.getByRole('checkbox', { name: 'Fractions' }).check();
  await expect(page.getByTestId('comparison')).toContainText('4/13');
  await expect(numeric(page)).toContainText('14/55');
  await expect(page).toHaveURL(/s\.C=c/);
  await page.getByRole('checkbox', { name: 'Fractions' }).uncheck();
  await expect(numeric(page)).not.toContainText('14/55');
});

test('a structure without numbers is enough', async ({ page }) => {
  await openPage(page, address('homework-structure', 'B', 'E', ['W']));
  await expectVerdict(page, false);
  await expect(numeric(page)).toContainText('no numbers');
  await expect(trails(page)).toContainText('its descendant W is known');
  await expect(page.getByTestId('comparison')).toHaveCount(0);
  await page.getByRole('button', { name: 'Forget W' }).click();
  await expectVerdict(page, true);
  await expect(numeric(page)).toContainText('no numbers');
});

test('the question goes into the worked solution', async ({ page }) => {
  await openPage(page, address('abcd', 'A', 'D', ['C']));
  await expectVerdict(page, false);
  await page.getByRole('tab', { name: 'Solution' }).click();
  await page.getByRole('button', { name: 'Write up what is on show' }).click();
  await expect(page.getByRole('textbox')).toHaveValue(/independent A, D given C \?/);
});

const coincidence = `network coincidence { }
variable A { type discrete [ 2 ] { a, not_a }; }
variable B { type discrete [ 2 ] { b, not_b }; }
probability ( A ) { table 0.3, 0.7; }
probability ( B | A ) { (a) 0.25, 0.75; (not_a) 0.25, 0.75; }
`;

test('numbers that happen to be equal are told from independence by the structure', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&panel=independence');
  await expect(structural(page)).toBeVisible();
  await dropFiles(page, [{ name: 'coincidence.bif', content: coincidence }]);
  await expect(page.getByTestId('verdict')).toContainText('Is B independent of A?');
  await expectVerdict(page, false);
  await expect(numeric(page)).toContainText('Yes: equal');
  await expect(page.getByTestId('agreement')).toContainText('They disagree: these numbers happen to make them independent');
  await expect(page.getByTestId('change')).toContainText('an arrow joins them');
  await page.getByRole('checkbox', { name: 'Fractions' }).check();
  await expect(numeric(page)).toContainText('compared as fractions');
});

test('a Markov network is asked by its paths', async ({ page }) => {
  const cycle = 'MARKOV 4 2 2 2 2 4 2 0 1 2 1 2 2 2 3 2 3 0 4 1 2 3 4 4 2 1 5 7 4 1 9 2 3 4 2 2 3 1';
  await openPage(page, '#/bayes?net=asia&panel=independence');
  await expect(structural(page)).toBeVisible();
  await dropFiles(page, [{ name: 'cycle.uai', content: cycle }]);
  await exercise(page, 'v0', 'v2', ['v3']);
  await expect(structural(page)).toContainText('No: connected');
  await expect(page.getByTestId('trail-count')).toHaveText('2 paths, 1 active');
  await page.getByRole('button', { name: 'Also know v1' }).click();
  await expect(structural(page)).toContainText('Yes: separated');
});

test('states that cannot occur together have nothing to compare', async ({ page }) => {
  await openPage(page, `${address('asia', 'dysp', 'either', ['lung'])}&s.lung=yes&s.either=no`);
  await expect(page.getByTestId('comparison')).toContainText('cannot occur together');
  await page.getByLabel('State of either').selectOption('yes');
  await expect(shown(page, 'with-yes')).toBeVisible();
});

test('a link that names what the network does not have still opens', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&target=tub&panel=independence&y=gone&z=gone&z=tub&z=dysp&trail=99&s.gone=yes');
  await expectVerdict(page, false);
  await expect(page).toHaveURL(/y=asia&z=dysp/);
});

for (const [format, start] of [
  ['Markdown', '# Are tub and smoke independent given dysp?'],
  ['LaTeX', '\\documentclass'],
  ['HTML', '<!doctype html>'],
  ['TXT', 'Are tub and smoke independent given dysp?'],
] as const)
  test(`the answer is saved as ${format}`, async ({ page }) => {
    await openPage(page, address('asia', 'tub', 'smoke', ['dysp']));
    const saved = page.waitForEvent('download');
    await page.getByRole('tabpanel').getByRole('button', { name: format }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^independence-tub-smoke-dysp\.(md|tex|html|txt)$/);
    const content = readFileSync(await download.path(), 'utf8');
    expect(content.toLowerCase()).toContain(start.toLowerCase());
    expect(content).toContain('collider');
  });

test('in Chinese the answer is saved in Chinese', async ({ page }) => {
  await openPage(page, `${address('asia', 'tub', 'smoke', ['dysp'])}&lang=zh`);
  const saved = page.waitForEvent('download');
  await page.getByRole('tabpanel').getByRole('button', { name: 'Markdown' }).click();
  expect(readFileSync(await (await saved).path(), 'utf8')).toMatch(/^# [^\n]*\p{Script=Han}/u);
});

const questions: [net: string, x: string, y: string, given: string[]][] = [
  ['asia', 'tub', 'smoke', []],
  ['asia', 'tub', 'smoke', ['dysp']],
  ['asia', 'asia', 'bronc', ['xray', 'lung']],
  ['asia', 'lung', 'bronc', ['smoke', 'either']],
  ['asia', 'asia', 'xray', ['either']],
  ['abcd', 'B', 'D', []],
  ['abcd', 'B', 'D', ['C']],
  ['abcd', 'A', 'C', []],
  ['homework-structure', 'H', 'W', ['A']],
  ['homework-structure', 'B', 'E', ['H']],
];

test('verdicts, trails, differences and advice are those of the command', async ({ page }) => {
  test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');
  await openPage(page, '');
  for (const [net, x, y, given] of questions) {
    const expected = separateNatively(net, x, y, given);
    await openPage(page, address(net, x, y, given));
    await expect(page.getByTestId('verdict')).toContainText(`Is ${x} independent of ${y}${given.length > 0 ? ', given' : '?'}`);
    for (const name of given) await expect(page.getByTestId('verdict').locator('h3')).toContainText(name);
    await expectVerdict(page, expected.separated);
    if (expected.numeric) await expect(numeric(page)).toContainText(expected.numeric.equal ? 'Yes: equal' : 'No: different');
    await expect(page.getByTestId('trail-count')).toContainText(
      `${expected.trail_count} trail${expected.trail_count === 1 ? '' : 's'}, ${expected.active_count} active`,
    );
    const lines = await Promise.all((await trails(page).all()).map(lineOf));
    const paths = [...expected.trails].sort((a, b) => Number(b.active) - Number(a.active)).map(({ path }) => path);
    expect(lines).toEqual(paths);
    const advice = [...(expected.change?.add ?? []), ...(expected.change?.remove ?? [])];
    for (const name of advice) await expect(page.getByTestId('change').getByRole('button')).toContainText(name);
    await expect(page.getByTestId('change').getByRole('button')).toHaveCount(expected.change ? 1 : 0);
  }
});

async function lineOf(trail: Locator): Promise<string[]> {
  return trail.locator('.name').allTextContents();
}

test('an observation moves the numbers beside each other, and another network asks anew', async ({ page }) => {
  await openPage(page, address('abcd', 'A', 'D', ['C']));
  await expect(page.getByLabel('State of C')).toBeVisible();
  await stateButton(page, 'C', 'not_c').click();
  await expect(page.getByLabel('State of C')).toHaveValue('not_c');
  await page.getByRole('combobox', { name: 'Network' }).selectOption('cancer');
  await expect(page.getByTestId('verdict')).toContainText(/Is (Dyspnoea|Xray|Cancer) independent of/);
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    for (const size of [{ width: 360, height: 740 }, { width: 768, height: 1000 }, { width: 1440, height: 900 }])
      test(`axe finds nothing at ${size.width} pixels, and nothing scrolls sideways`, async ({ page }) => {
        await page.setViewportSize(size);
        await openPage(page, `${address('asia', 'tub', 'smoke', ['dysp'])}&exact=1`);
        await expect(numeric(page)).toContainText('/');
        await page.getByRole('combobox', { name: 'A variable that is known' }).focus();
        await expect(hits(page).first()).toBeVisible();
        await expectNoSidewaysScroll(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      });
  });

test('why numbers were not compared is told in the language of the page, also after it is switched', async ({ page }) => {
  const names = Array.from({ length: 24 }, (_, index) => `v${index}`);
  const variables = names.map((name) => ({ name, states: ['a', 'b'], parents: [], table: [0.5, 0.5] }));
  const content = JSON.stringify({ version: 1, kind: 'bayes', name: 'coins', variables });
  const link = await pack(content);
  const known = names.slice(2).map((name) => `z=${name}`).join('&');
  await openPage(page, `#/bayes?netz=${link}&target=v0&panel=independence&y=v1&${known}`);
  await expect(numeric(page)).toContainText('combinations of states are more than');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByText('未比较数值')).toBeVisible();
  await expect(numeric(page)).not.toContainText('combinations');
});

// ---- All variables at once -------------------------------------------------------------------

const listed = (page: Page, side: 'independent' | 'dependent') => page.getByTestId(side).getByRole('button');

test('without Y all others are listed, as the command lists them, and a press makes one of them Y', async ({ page }) => {
  test.skip(!command, 'the native command has not been built');
  await openPage(page, address('asia', 'tub', 'smoke'));
  await choice(page, 'Y').selectOption('all others');
  await expect(page).toHaveURL(/[&?]y=(&|$)/);
  const expectAsNatively = async (...given: string[]) => {
    const natively = independentNatively('asia', 'tub', given, '--json');
    const { independent, dependent } = JSON.parse(natively) as { independent: string[]; dependent: string[] };
    await expect(listed(page, 'independent')).toHaveText(independent);
    await expect(listed(page, 'dependent')).toHaveText(dependent);
  };
  await expectAsNatively();
  await expect(page.getByTestId('independents')).toContainText('Which variables is tub independent of?');
  await expect(page.getByTestId('structural')).toHaveCount(0);
  await expect(page.locator('[data-node="tub"]')).toContainText('X');

  await add(page, 'dysp');
  await expectAsNatively('dysp');

  await listed(page, 'dependent').getByText('lung', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await expectVerdict(page, false);
  await expect(choice(page, 'Y')).toHaveValue('lung');
  await expect(choice(page, 'Y')).toBeFocused();
});

test('a link opens the list, in which X is no choice for Y, and the list is saved', async ({ page }) => {
  test.skip(!command, 'the native command has not been built');
  await openPage(page, address('asia', 'xray', '', ['either']));
  await expect(page.getByTestId('independent')).toContainText('Independent (d-separated): 6');
  await expect(page.getByTestId('dependent')).toContainText('None.');
  await expect(choice(page, 'Y').getByRole('option', { name: 'xray' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Swap X and Y' })).toBeDisabled();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as TXT' }).click(),
  ]);
  expect(readFileSync((await download.path())!, 'utf8')).toBe(independentNatively('asia', 'xray', ['either']));
  // Another X: its list.
  await choice(page, 'X').selectOption('asia');
  await expect(page.getByTestId('independents')).toContainText('Which variables is asia independent of, given either?');
});

test('the list of a Markov network speaks of no directions, and axe finds nothing', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia');
  await expect(stateButton(page, 'tub', 'yes')).toBeVisible();
  const potentials = ['MARKOV', '3', '2 2 2', '1', '2 0 1', '4', '1 2 3 4', ''].join('\n');
  await dropFiles(page, [{ name: 'pair.uai', content: potentials }]);
  await page.getByRole('tab', { name: 'Independence' }).click();
  await choice(page, 'X').selectOption('v0');
  await choice(page, 'Y').selectOption('all others');
  await expect(page.getByTestId('independent')).toContainText('Independent (separated): 1');
  await expect(page.getByTestId('dependent')).toContainText('(connected): 1');
  const { violations } = await new AxeBuilder({ page }).include('[data-testid="independents"]').analyze();
  expect(violations).toEqual([]);
});
