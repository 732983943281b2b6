// The view of tokens: tokenizers compared on a text, and learned in the page.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { command, learnNatively } from './command';
import { dropFiles, openPage } from './page';

const corpus = 'low low low low low lower lower widest widest widest newest newest newest newest newest newest';

const field = (page: Page) => page.getByRole('textbox', { name: 'Text', exact: true });
const corpusField = (page: Page) => page.getByRole('textbox', { name: 'Text to learn from' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const tokens = (page: Page) => page.getByTestId('tokens').locator('.token');
const chosen = (page: Page) => page.getByRole('combobox', { name: 'Tokenizer' }).locator('option:checked');
const merges = (page: Page) => page.getByTestId('learned-merges').locator('tbody tr');
const state = (page: Page) => page.getByTestId('training');

async function openPanel(page: Page, name: 'Compare' | 'Learn', address = '') {
  await openPage(page, `#/tokens${address}`);
  await expect(tokens(page).first()).toBeVisible();
  await page.getByRole('tab', { name }).click();
}

// ---- Comparing -------------------------------------------------------------------------------

const rows = (page: Page) => page.getByTestId('comparison').locator('tbody tr');
const stretches = (page: Page) => page.getByTestId('stretches').locator('li');

test('two tokenizers are beside each other, with framed stretches where they differ', async ({ page }) => {
  await openPanel(page, 'Compare');
  await field(page).fill('not words');
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).nth(0)).toHaveText(/^A Learned from the guide.*3,000\s*2 ★\s*4\.50$/);
  await expect(rows(page).nth(1)).toHaveText(/^B Bytes alone.*256\s*9\s*1\.00$/);
  await expect(stretches(page)).toHaveCount(2);
  await expect(stretches(page).nth(1)).toHaveClass(/differs/);
  await expect(stretches(page).nth(1).locator('.row').nth(0).locator('.token')).toHaveText(['␣words']);
  await expect(stretches(page).nth(1).locator('.row').nth(1).locator('.token')).toHaveText(['␣', 'w', 'o', 'r', 'd', 's']);
  await expect(page.getByText('In 2, which are framed, the tokens differ.')).toBeVisible();
});

test('only what differs is shown where that is wished, and one tokenizer is left by itself', async ({ page }) => {
  await openPanel(page, 'Compare', '?k=bytes');
  await field(page).fill('not!');
  await expect(stretches(page)).toHaveCount(2);
  await page.getByRole('checkbox', { name: 'Only where they differ' }).check();
  await expect(stretches(page)).toHaveCount(1);
  await page.getByRole('checkbox', { name: 'Bytes alone' }).focus();
  await page.keyboard.press('Space');
  await expect(rows(page)).toHaveCount(1);
  await expect(stretches(page)).toHaveCount(0);
  await expect(page).toHaveURL(/with=sample(&|$)/);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
});

test('a tokenizer that is opened or learned can be compared, four at most', async ({ page }) => {
  await openPanel(page, 'Compare');
  const json = (name: string) => ({ name, content: bytesAsJson() });
  await dropFiles(page, [json('one.json'), json('two.json'), json('three.json')]);
  await expect(rows(page)).toHaveCount(3); // the last of them was added
  await expect(rows(page).nth(2)).toContainText('three.json');
  await page.getByRole('checkbox', { name: 'one.json' }).check();
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByRole('checkbox', { name: 'two.json' })).toBeDisabled();
});

test('a long text is compared in parts', async ({ page }) => {
  await openPanel(page, 'Compare');
  await dropFiles(page, [{ name: 'long.txt', content: 'to be or not to be, '.repeat(2_000) }]);
  const parts = page.getByTestId('comparison').locator('xpath=../..').getByRole('group', { name: 'Parts of the text' });
  await expect(parts).toContainText('1–200 of');
  await expect(stretches(page)).toHaveCount(200);
  await parts.getByRole('button', { name: 'On' }).click();
  await expect(parts).toContainText('201–400 of');
});

// ---- Learning --------------------------------------------------------------------------------

test('one merge after the other is learned and used for the text', async ({ page }) => {
  await openPanel(page, 'Learn');
  await corpusField(page).fill(corpus);
  await page.getByRole('combobox', { name: 'Texts are cut by' }).selectOption('whitespace');
  await field(page).fill('newest');
  await button(page, 'One merge').click();
  await expect(state(page)).toContainText('1 of 64 merges');
  await expect(merges(page)).toHaveText([/^0\s*s \+ t\s*st\s*73 74\s*256\s*9$/]);
  await expect(chosen(page)).toHaveText('Learned here (257 tokens)');
  await expect(tokens(page)).toHaveText(['n', 'e', 'w', 'e', 'st']);
  await button(page, 'One merge').focus();
  await page.keyboard.press('Enter');
  await expect(tokens(page)).toHaveText(['n', 'e', 'w', 'est']);
  await button(page, 'Learn').click();
  await expect(state(page)).toContainText('no other pair is frequent enough');
  await expect(tokens(page)).toHaveText(['newest']);
});

test('learning can be watched and stopped, and goes on', async ({ page }) => {
  await openPanel(page, 'Learn');
  await button(page, 'Watch').click();
  await expect.poll(() => merges(page).count()).toBeGreaterThan(1);
  await button(page, 'Stop').click();
  await expect(state(page)).toContainText('go on whenever you like');
  const learned = await merges(page).count();
  await expect(chosen(page)).toHaveText(`Learned here (${256 + learned} tokens)`);
  await button(page, 'One merge').click();
  await expect(merges(page)).toHaveCount(learned + 1);
  // Another choice of tokenizer stays.
  await page.getByRole('combobox', { name: 'Tokenizer' }).selectOption('sample');
  await button(page, 'One merge').click();
  await expect(merges(page)).toHaveCount(learned + 2);
  await expect(chosen(page)).toContainText('Learned from the guide');
});

test('other settings begin anew, and what cannot be learned is told', async ({ page }) => {
  await openPanel(page, 'Learn');
  await button(page, 'Learn').click();
  await expect(state(page)).toContainText('merges');
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('260');
  await expect(page.getByText('Text or settings have changed since')).toBeVisible();
  await button(page, 'Learn').click();
  await expect(merges(page)).toHaveCount(4);
  await page.getByRole('textbox', { name: 'Special tokens, one a line' }).fill('<a>\n<b>\n<c>\n<d>\n<e>');
  await button(page, 'Learn').click();
  await expect(page.getByRole('alert')).toContainText('Nothing can be learned like this');
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('262');
  await button(page, 'Learn').click();
  await expect(merges(page)).toHaveCount(1);
  await field(page).fill('a<b>');
  await expect(tokens(page)).toHaveText(['a', '<b>']);
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('12');
  await button(page, 'Learn').click();
  await expect(merges(page)).toHaveCount(1); // the field says what is wrong
});

test('a text of some size is learned from, its merges shown in parts', async ({ page }) => {
  await openPanel(page, 'Learn');
  const words = Array.from({ length: 60_000 }, (_, i) => `w${(i * 7919) % 4999}`).join(' ');
  await dropFiles(page, [{ name: 'words.txt', content: words }]);
  await expect(button(page, 'Take the example')).toBeEnabled();
  await expect(page.getByText(`The beginning; all ${words.length.toLocaleString('en')} characters are learned from.`)).toBeVisible();
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('1500');
  await button(page, 'Learn').click();
  await expect(state(page)).toContainText('1,244 merges. They are in use', { timeout: 30_000 });
  const parts = page.getByRole('group', { name: 'Parts of the list' });
  await expect(parts).toContainText('1–50 of 1,244');
  await parts.getByRole('button', { name: 'To the last' }).click();
  await expect(parts).toContainText('1,201–1,244 of 1,244');
  await expect(merges(page)).toHaveCount(44);
  await button(page, 'Take the example').click();
  await expect(corpusField(page)).toHaveValue(/^low low low/);
  await button(page, 'Take the text on show').click();
  await expect(corpusField(page)).toHaveValue(await field(page).inputValue());
});

test('a link learns again what its writer learned', async ({ page, context }) => {
  await openPanel(page, 'Learn');
  await corpusField(page).fill(corpus);
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('262');
  await button(page, 'Learn').click();
  await expect(merges(page)).toHaveCount(6);
  await button(page, 'Show its tokens').click();
  await expect(field(page)).toHaveValue(corpus);
  await expect(page).toHaveURL(/k=learned/);
  await expect(page).toHaveURL(/[?&]text=/);
  await expect(page).toHaveURL(/[?&]c=/);
  await expect(page).toHaveURL(/[?&]n=262/);
  const counted = page.getByTestId('token-count');
  await expect(counted).not.toHaveText('57');
  const before = await counted.textContent();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(chosen(other)).toHaveText('Learned here (262 tokens)');
  await expect(other.getByTestId('token-count')).toHaveText(before!);
});

test('what is learned is the command’s, and saved as it writes it', async ({ page }) => {
  test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');
  await openPanel(page, 'Learn');
  await corpusField(page).fill(corpus);
  await page.getByRole('combobox', { name: 'Of equally frequent pairs' }).selectOption('ids');
  await page.getByRole('spinbutton', { name: 'A pair occurs at least' }).fill('1');
  await page.getByRole('spinbutton', { name: 'Tokens in all' }).fill('270');
  await page.getByRole('textbox', { name: 'Special tokens, one a line' }).fill('<|end|>');
  await button(page, 'Learn').click();
  await expect(chosen(page)).toHaveText('Learned here (270 tokens)');
  const download = page.waitForEvent('download');
  await button(page, 'Save tokenizer.json').click();
  const saved = readFileSync(await (await download).path(), 'utf8');
  const options = ['--vocab-size', '270', '--tie', 'ids', '--special', '<|end|>'];
  expect(JSON.parse(saved)).toEqual(JSON.parse(learnNatively(corpus, ...options)));
});

// A tokenizer.json of the 256 bytes alone.
function bytesAsJson(): string {
  const isShown = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let hidden = 0;
  const standIn = (byte: number) => String.fromCodePoint(isShown(byte) ? byte : 256 + hidden++);
  const vocab = Object.fromEntries(Array.from({ length: 256 }, (_, byte) => [standIn(byte), byte]));
  return JSON.stringify({
    version: '1.0',
    added_tokens: [],
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges: [] },
  });
}
