// What the tests do with the page, in the words of a person who uses it.
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

export async function openPage(page: Page, address: string) {
  await page.goto(`./${address}`);
}

// The state of a variable in the graph, as a button.
export function stateButton(page: Page, variable: string, state: string): Locator {
  return page.getByRole('button', { name: new RegExp(`^${variable} = ${state}\\b`) });
}

export async function showTable(page: Page) {
  await page.getByText('Table', { exact: true }).click();
}

// The number in the table twin; call showTable first.
export async function expectProbability(page: Page, state: string, value: number) {
  await expect(async () => {
    const shown = await page.getByTestId(state).textContent();
    expect(Number(shown)).toBeCloseTo(value, 6);
  }).toPass({ timeout: 10_000 });
}

export interface DroppedFile {
  name: string;
  content: string | Buffer;
}

export async function dropFiles(page: Page, files: DroppedFile[]) {
  const plain = files.map(({ name, content }) => ({
    name,
    base64: Buffer.from(content).toString('base64'),
  }));
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, plain);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

export async function expectNoSidewaysScroll(page: Page) {
  const widths = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
}

// The text of a formula without the spaces that only lay it out.
export async function formulaText(formula: Locator): Promise<string> {
  return ((await formula.textContent()) ?? '').replace(/\s+/g, '');
}
