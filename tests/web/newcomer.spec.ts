// What a newcomer does who has nothing but the page: a network of four variables is drawn from nothing,
// five questions of a homework are answered on it, and the worked solution is saved. Actions are counted
// as a person would: a click, a pull, a number or a line that is typed.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { openPage, stateButton } from './page';

const arrows = [['A', 'B'], ['A', 'C'], ['C', 'D']] as const;

// P(first state), for each state of the parent.
const tables = { A: [0.4], B: [0.9, 0.2], C: [0.6, 0.25], D: [0.7, 0.1] };

// ---- The same by enumeration -----------------------------------------------------------------------

type States = Partial<Record<'A' | 'B' | 'C' | 'D', boolean>>;

function jointOf({ A, B, C, D }: Required<States>): number {
  const of = (numbers: number[], state: boolean, parent = true) => {
    const first = numbers[parent ? 0 : 1]!;
    return state ? first : 1 - first;
  };
  return of(tables.A, A) * of(tables.B, B, A) * of(tables.C, C, A) * of(tables.D, D, C);
}

function p(asked: States, given: States = {}): number {
  const sum = (wanted: States) => {
    let total = 0;
    for (let bits = 0; bits < 16; bits++) {
      const world = { A: (bits & 1) > 0, B: (bits & 2) > 0, C: (bits & 4) > 0, D: (bits & 8) > 0 };
      const fits = Object.entries(wanted).every(([name, state]) => world[name as keyof States] === state);
      if (fits) total += jointOf(world);
    }
    return total;
  };
  return sum({ ...asked, ...given }) / sum(given);
}

const digits = (value: number) => String(Number(value.toPrecision(6)));

const questions: { typed: string; answers: (string | RegExp)[] }[] = [
  {
    typed: 'p(-a,-b,-c,+d)',
    answers: [`0.6 × 0.8 × 0.75 × 0.1 = ${digits(p({ A: false, B: false, C: false, D: true }))}`],
  },
  { typed: 'p(+b)', answers: [`= ${digits(p({ B: true }))}`, /Barren.*C.*D/] },
  {
    typed: 'p(-a|+b)',
    answers: [
      `P(B = yes | A) = ${digits(p({ B: true }))}`,
      `${digits(p({ A: false, B: true }))} / ${digits(p({ B: true }))} = ${digits(p({ A: false }, { B: true }))}`,
    ],
  },
  {
    typed: 'p(+b) = p(+b|-d)',
    answers: [
      `P(B = yes) = ${digits(p({ B: true }))}`,
      `P(B = yes | D = no) = ${digits(p({ B: true }, { D: false }))}`,
      /not equal.*d-connected.*B ← A → C → D is active.*A: fork/,
    ],
  },
  {
    typed: 'p(-a|+c) = p(-a|+c,-d)',
    answers: [
      `P(A = no | C = yes) = ${digits(p({ A: false }, { C: true }))}`,
      `P(A = no | C = yes, D = no) = ${digits(p({ A: false }, { C: true, D: false }))}`,
      /equal.*d-separated.*A → C → D is blocked at C.*C: chain, observed, blocks/,
    ],
  },
];

// ---- The path ------------------------------------------------------------------------------------

class Newcomer {
  actions = 0;

  constructor(readonly page: Page) {}

  async click(place: Locator) {
    this.actions += 1;
    await place.click();
  }

  // A number or a line, with the key that ends it.
  async type(text: string, key = 'Enter') {
    this.actions += 1;
    await this.page.keyboard.type(text);
    await this.page.keyboard.press(key);
  }

  async press(key: string) {
    this.actions += 1;
    await this.page.keyboard.press(key);
  }

  // From the handle below a node to another node.
  async pull(from: string, to: string) {
    this.actions += 1;
    const [start, end] = [
      await middle(this.page.locator(`[data-handle="${from}"] .knob`)),
      await middle(node(this.page, to).locator('.body')),
    ];
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
    await this.page.mouse.move(end.x, end.y);
    await this.page.mouse.up();
    await expect(this.page.getByTestId('said')).toContainText(`Arrow from ${from} to ${to} drawn`);
  }
}

const node = (page: Page, name: string) => page.locator(`[data-node="${name}"]`);
const firstCell = (page: Page) => page.locator('[data-at="0/0"]');
const grid = (page: Page) => page.getByRole('grid');

async function middle(place: Locator) {
  const { x, y, width, height } = (await place.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

async function expectAnswers(page: Page) {
  const solution = page.getByRole('article', { name: 'Worked solution' });
  await expect(solution.getByRole('heading', { level: 2 })).toHaveCount(questions.length);
  const whole = ((await solution.textContent()) ?? '').replace(/\s+/g, ' ');
  for (const [index, { typed, answers }] of questions.entries()) {
    const [start, end] = [`${index + 1}. ${typed}`, `${index + 2}. `].map((mark) => whole.indexOf(mark));
    const answer = whole.slice(start, end! < 0 ? undefined : end);
    expect(start).toBeGreaterThanOrEqual(0);
    for (const part of answers)
      if (typeof part === 'string') expect(answer).toContain(part);
      else expect(answer).toMatch(part);
  }
}

async function save(page: Page, click: (place: Locator) => Promise<void>): Promise<string> {
  const waiting = page.waitForEvent('download');
  await click(page.getByRole('button', { name: 'Save as Markdown' }));
  return readFile(await (await waiting).path(), 'utf8');
}

function expectWhole(document: string) {
  for (const [index, { typed }] of questions.entries()) expect(document).toContain(`## ${index + 1}. ${typed}`);
  expect(document).toContain(`= ${digits(p({ A: false, B: false, C: false, D: true }))}`);
  expect(document).toContain(digits(p({ B: true }, { D: false })));
  expect(document).toContain(digits(p({ A: false }, { C: true, D: false })));
}

// A network of the nodes A, B, C and D, from the page as it opens.
async function beginNetwork(page: Page): Promise<Newcomer> {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const person = new Newcomer(page);
  await person.click(page.getByRole('button', { name: 'New network' }));
  for (const name of ['B', 'C', 'D']) {
    await person.click(page.getByRole('button', { name: 'Add node' }));
    await expect(node(page, name)).toBeVisible();
  }
  return person;
}

test('from an empty page to a worked solution, by pointer and keyboard', async ({ page }, info) => {
  const start = Date.now();
  const person = await beginNetwork(page);
  for (const [from, to] of arrows) await person.pull(from, to);
  for (const [name, numbers] of Object.entries(tables)) {
    await person.click(node(page, name).locator('.name'));
    await expect(grid(page)).toHaveAccessibleName(`Conditional table of ${name}`);
    await person.click(firstCell(page));
    for (const number of numbers) await person.type(String(number));
  }
  await expect(page.getByTestId('unfinished')).toBeHidden();
  await expect(stateButton(page, 'B', 'yes')).toContainText(`${(100 * p({ B: true })).toFixed(2)}%`);

  await person.click(page.getByRole('tab', { name: 'Solution' }));
  await person.click(page.getByRole('textbox', { name: 'Questions' }));
  for (const { typed } of questions) await person.type(typed);
  await expectAnswers(page);
  expectWhole(await save(page, (place) => person.click(place)));

  info.annotations.push({ type: 'time', description: `${person.actions} actions, ${Date.now() - start} ms` });
  expect(person.actions).toBe(30);
});

// The drawing comes out in layers without a hand: parents above their children.
test('nodes that were added by the button are laid out as arrows are drawn, until one is moved', async ({ page }) => {
  const person = await beginNetwork(page);
  const place = (name: string) => middle(node(page, name).locator('.body'));
  for (const [from, to] of arrows) await person.pull(from, to);
  for (const [from, to] of arrows) expect((await place(to)).y).toBeGreaterThan((await place(from)).y + 50);

  const name = await middle(node(page, 'B').locator('.name'));
  await page.mouse.move(name.x, name.y);
  await page.mouse.down();
  await page.mouse.move(name.x + 20, name.y + 90, { steps: 4 });
  await page.mouse.up();
  const before = await place('B');
  await person.pull('B', 'D');
  expect(await place('B')).toEqual(before);
});

test('a joint is asked by clicks alone: every state is observed, and its probability written up', async ({ page }) => {
  await openPage(page, '#/bayes?net=abcd&panel=report&target=A');
  const person = new Newcomer(page);
  const sheet = page.getByRole('textbox', { name: 'Questions' });
  for (const [name, state] of [['A', 'not_a'], ['B', 'not_b'], ['C', 'not_c'], ['D', 'd']] as const)
    await person.click(stateButton(page, name, state));
  await person.click(page.getByRole('button', { name: 'P(evidence)' }));
  await expect(sheet).toHaveValue('P(A=not_a, B=not_b, C=not_c, D=d)');
  await expect(page.getByRole('article')).toContainText('0.6 × 0.8 × 0.5 × 0.25 = 0.06');
  expect(person.actions).toBe(5);
});

test('each example of a question is asked by a click and answered, of every example network', async ({ page }) => {
  test.slow();
  for (const network of ['abcd', 'asia', 'student', 'monty-hall', 'homework-structure']) {
    await page.goto('about:blank');
    await openPage(page, `#/bayes?net=${network}&panel=report`);
    const examples = page.locator('button.example');
    await expect(examples.first()).toBeVisible();
    const count = await examples.count();
    for (let index = 0; index < count; index++) await examples.nth(index).click();
    await expect(page.getByRole('article').getByRole('heading', { level: 2 })).toHaveCount(count);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.getByRole('textbox', { name: 'Questions' })).toHaveValue((await examples.allTextContents()).join('\n'));
  }
});
