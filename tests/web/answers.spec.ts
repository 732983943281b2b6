// The page's answers equal the command's: of every example, and of published networks where they are at
// hand (LIKELORE_CONFORMANCE). Every probability that the table twin shows is compared.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { command, queryNatively } from './command';
import { dropFiles, openPage, showTable } from './page';

const examples = resolve(import.meta.dirname, '../../docs/examples/networks');
const published = process.env.LIKELORE_CONFORMANCE && join(process.env.LIKELORE_CONFORMANCE, 'bayes/networks');
const some = ['alarm', 'hailfinder', 'andes', 'munin1'];
const more = ['child', 'insurance', 'barley', 'mildew', 'water', 'win95pts', 'hepar2', 'pathfinder', 'pigs', 'link', 'munin'];

interface Cell {
  variable: string;
  state: string;
  shown: string;
}

// What the table twin shows; variables of one state and the last figures of a number do not matter.
function cells(page: Page): Promise<Cell[]> {
  return page.locator('[data-variable][data-state]').evaluateAll((rows) =>
    rows.map((row) => ({
      variable: row.getAttribute('data-variable')!,
      state: row.getAttribute('data-state')!,
      shown: row.querySelector('[data-testid]')!.textContent!.trim(),
    })),
  );
}

// "1.50000 e−7" and the like.
function valueOf(shown: string): number {
  return Number(shown.replace(/\s*e/, 'e').replaceAll('−', '-'));
}

async function expectAnswersOf(page: Page, file: string, evidence: Record<string, string>) {
  const { p_evidence, log10_p_evidence, posteriors } = queryNatively(file, evidence);
  // An empty table, or that of the network before, is no answer.
  const expected = Object.keys(posteriors).filter((each) => Object.keys(posteriors[each]!).length > 1);
  const wrong = async () => {
    const table = await cells(page);
    const shownVariables = new Set(table.map(({ variable }) => variable));
    const wrongs = expected.filter((each) => !shownVariables.has(each)).map((each) => `${each} is not shown`);
    for (const { variable, state, shown } of table) {
      const p = variable in evidence ? Number(evidence[variable] === state) : posteriors[variable]![state]!;
      const got = valueOf(shown);
      if (!(Math.abs(got - p) <= 6e-7 * Math.max(p, 1e-3))) wrongs.push(`${variable}=${state}: ${shown}, not ${p}`);
    }
    return wrongs.slice(0, 5);
  };
  await expect.poll(wrong, { timeout: 40_000 }).toEqual([]);
  const log10 = valueOf((await page.getByTestId('log10-p-evidence').textContent())!);
  expect(Math.abs(log10 - log10_p_evidence)).toBeLessThan(6e-5);
  if (p_evidence !== null) {
    const p = valueOf((await page.getByTestId('p-evidence').textContent())!);
    expect(Math.abs(p - p_evidence)).toBeLessThanOrEqual(6e-6 * p_evidence);
  }
}

// Observes through the table, as a person would, a state that is possible.
async function observeOne(page: Page, known: Record<string, string>): Promise<Record<string, string>> {
  const open = (await cells(page)).filter(({ variable, shown }) => !(variable in known) && valueOf(shown) > 0.01);
  const { variable, state } = open[Math.floor(open.length * 0.9)]!;
  await page
    .locator(`[data-variable=${JSON.stringify(variable)}][data-state=${JSON.stringify(state)}]`)
    .getByRole('button', { name: new RegExp('^Observe ') })
    .click();
  return { ...known, [variable]: state };
}

async function compare(page: Page, file: string) {
  let evidence: Record<string, string> = {};
  await expectAnswersOf(page, file, evidence);
  for (let round = 0; round < 2; round++) {
    evidence = await observeOne(page, evidence);
    await expectAnswersOf(page, file, evidence);
  }
}

test.describe('the answers equal the command’s', () => {
  test.skip(!command, 'needs the native command');

  for (const name of readdirSync(examples).filter((each) => each.endsWith('.bif') && !each.includes('structure')))
    test(`of the example ${basename(name, '.bif')}`, async ({ page }) => {
      await openPage(page, `#/bayes?net=${basename(name, '.bif')}`);
      await showTable(page);
      await compare(page, join(examples, name));
    });

  for (const name of [...some, ...(process.env.LIKELORE_LONG ? more : [])])
    test(`of the published network ${name}`, async ({ page }) => {
      const file = published ? join(published, `${name}.bif`) : '';
      test.skip(!existsSync(file), 'needs LIKELORE_CONFORMANCE');
      test.setTimeout(180_000);
      await openPage(page, '#/bayes?net=asia');
      await showTable(page);
      await dropFiles(page, [{ name: `${name}.bif`, content: readFileSync(file) }]);
      await expect(page.getByRole('combobox', { name: 'Network' })).toContainText(`${name}.bif`);
      await compare(page, file);
    });
});
