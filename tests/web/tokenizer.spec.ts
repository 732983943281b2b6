// The view of tokens: a text and its tokens, by pointer and keyboard; tokenizers from files; merges.
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { command, encodeNatively, explainNatively, learnNatively } from './command';
import { dropFiles, expectNoSidewaysScroll, openPage } from './page';

const manual = (name: string) => readFileSync(new URL(`../../docs/manual/${name}.md`, import.meta.url), 'utf8');
const sampleText = 'It is naïve: 字 🙂👩‍👩‍👧\n\n  3.14 <|endoftext|> «end»';

const field = (page: Page) => page.getByRole('textbox', { name: 'Text', exact: true });
const tokens = (page: Page) => page.getByTestId('tokens').locator('.token');
const token = (page: Page, index: number) => page.getByTestId('tokens').locator(`[data-index="${index}"]`);
const chooser = (page: Page) => page.getByRole('combobox', { name: 'Tokenizer' });
const show = (page: Page, how: string) => page.getByRole('group', { name: 'Show as' }).getByText(how, { exact: true }).click();
const count = (page: Page) => page.getByTestId('token-count');

async function openTokens(page: Page, address = '') {
  await openPage(page, `#/tokens${address}`);
  await expect(tokens(page).first()).toBeVisible();
}

// Ids as they are shown below the tokens, once they are those of so many.
async function shownIds(page: Page, expected: number): Promise<number[]> {
  await expect(count(page)).toHaveText(expected.toLocaleString('en'));
  await show(page, 'Ids');
  await expect(page.getByTestId('tokens').locator('small')).toHaveCount(expected);
  return (await page.getByTestId('tokens').locator('small').allTextContents()).map(Number);
}

async function savedTokenizer(page: Page): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save tokenizer.json' }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

async function drop(page: Page, name: string, content: string) {
  await dropFiles(page, [{ name, content }]);
}

const alphabet = (...more: string[]) =>
  [...Array.from({ length: 256 }, (_, byte) => Buffer.from([byte])), ...more.map((each) => Buffer.from(each))]
    .map((bytes, id) => `${bytes.toString('base64')} ${id}\n`)
    .join('');

// ---- A text ----------------------------------------------------------------------------------

test('the first visit shows a text in tokens, one of them with its merges', async ({ page }) => {
  await openTokens(page);
  await expect(page).toHaveTitle('Tokens · Likelore');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Tokens' })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('merges')).toContainText('unbelievable');
  expect(await page.getByTestId('merges').locator('tbody tr').count()).toBeGreaterThan(3);
  await expect(page.getByTestId('tokens').locator('.special')).toHaveText('<|endoftext|>');
});

test('typing makes tokens, and the one at the caret is looked at', async ({ page }) => {
  await openTokens(page, '?k=bytes');
  await field(page).fill('');
  await expect(page.getByText('A text of nothing has no tokens.')).toBeVisible();
  await field(page).pressSequentially('ab é');
  await expect(count(page)).toHaveText('5');
  await expect(page.getByTestId('byte-count')).toHaveText('5');
  await expect(page.getByTestId('character-count')).toHaveText('4');
  await expect(page.getByTestId('bytes-per-token')).toHaveText('1.00');
  await expect(token(page, 3)).toHaveAttribute('aria-pressed', 'true'); // the first half of é
  await field(page).press('Home');
  await field(page).press('ArrowRight');
  await expect(token(page, 0)).toHaveAttribute('aria-pressed', 'true');
});

test('tokens are pressed, and reached by the arrow keys, Home and End', async ({ page }) => {
  await openTokens(page);
  await token(page, 2).click();
  await expect(page.getByRole('heading', { name: 'Token 3 of' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(token(page, 3)).toBeFocused();
  await expect(token(page, 3)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(token(page, 2)).toBeFocused();
  await page.keyboard.press('End');
  await expect(tokens(page).last()).toBeFocused();
  await expect(page.getByTestId('id')).toContainText('special token');
  await page.keyboard.press('ArrowRight');
  await expect(tokens(page).last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(token(page, 0)).toBeFocused();
  await page.getByRole('button', { name: 'The next token' }).click();
  await expect(page.getByRole('heading', { name: 'Token 2 of' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'The token before' })).toBeEnabled();
  // One stop for the Tab key.
  expect(await page.getByTestId('tokens').locator('[tabindex="0"]').count()).toBe(1);
});

test('a character that takes several tokens stands in a frame, and each says what it is a part of', async ({ page }) => {
  await openTokens(page, '?k=bytes');
  await field(page).fill('a字b');
  await expect(count(page)).toHaveText('5');
  const frame = page.getByTestId('tokens').locator('.split');
  await expect(frame).toHaveCount(1);
  await expect(frame.locator('.token')).toHaveText(['E5', 'AD', '97']);
  await expect(frame.locator('.whole')).toHaveText('字');
  await frame.locator('.token').nth(1).click();
  await expect(page.getByTestId('utf8')).toContainText('Not valid by itself: a part of 字, which takes 3 tokens');
  await expect(page.getByTestId('bytes')).toHaveText('AD');
  await expect(page.getByTestId('utf8').locator('.own')).toHaveText('AD');
  await token(page, 0).click();
  await expect(page.getByTestId('utf8')).toHaveText('Valid by itself');
  await expect(page.getByTestId('characters')).toContainText('U+0061');
});

test('the table tells of each token its id, bytes, characters and whether they are UTF-8', async ({ page }) => {
  await openTokens(page, '?k=bytes');
  await field(page).fill('é!');
  await show(page, 'Table');
  const rows = page.getByRole('table').filter({ hasText: 'Characters' }).locator('tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toHaveText(/195.*C3.*in part/);
  await expect(rows.nth(2)).toHaveText(/33.*!.*21.*U\+0021.*valid/);
  await page.getByRole('button', { name: 'Look at token 3' }).click();
  await expect(page.getByRole('heading', { name: 'Token 3 of 3' })).toBeVisible();
  await show(page, 'Bytes');
  await expect(token(page, 2)).toContainText('21');
});

test('special tokens have ids of their own, or are a text like any other', async ({ page }) => {
  await openTokens(page);
  await field(page).fill('x<|endoftext|>');
  await expect(count(page)).toHaveText('2');
  const box = page.getByRole('checkbox', { name: 'Special tokens in the text have their own ids' });
  await token(page, 1).click();
  await expect(page.getByTestId('merges')).toContainText('found as it is');
  await box.uncheck();
  await expect(page.getByTestId('tokens').locator('.special')).toHaveCount(0);
  await expect(count(page)).not.toHaveText('2');
  await expect(page).toHaveURL(/special=text/);
  await chooser(page).selectOption({ label: 'Bytes alone (256 tokens)' });
  await expect(box).toBeDisabled();
});

test('a megabyte is shown in parts', async ({ page }) => {
  await openTokens(page, '?k=bytes');
  await drop(page, 'long.txt', 'All work and no play. '.repeat(50_000));
  await expect(count(page)).toHaveText('1,100,000');
  await expect(tokens(page)).toHaveCount(500);
  await expect(page.getByText('This text is too long for the address')).toBeVisible();
  const parts = page.getByRole('group', { name: 'Parts of the text' });
  await expect(parts).toContainText('1–500 of 1,100,000');
  await parts.getByRole('button', { name: 'To the last' }).click();
  await expect(parts).toContainText('1,099,501–1,100,000');
  await token(page, 1_099_999).click();
  await expect(page.getByTestId('merges')).toContainText('How');
  await page.keyboard.press('PageUp');
  await expect(token(page, 1_099_001 - 1)).toBeFocused();
  await expect(parts).toContainText('1,099,001–1,099,500');
  await parts.getByRole('button', { name: 'To the first' }).click();
  await expect(parts).toContainText('1–500 of');
});

// ---- The command -----------------------------------------------------------------------------

test.describe('beside the command', () => {
  test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');

  test('the ids are the command’s, with the tokenizer of the page and with one that the command learned', async ({ page }) => {
    await openTokens(page);
    const learned = learnNatively(manual('queries'), '--vocab-size', '700', '--special', '<|endoftext|>', '--pattern', 'o200k');
    const own = await savedTokenizer(page);
    for (const [name, json] of [['own', own], ['learned', learned]] as const) {
      if (name === 'learned') await drop(page, 'mine.json', learned);
      await field(page).fill(sampleText);
      const ids = encodeNatively(json, sampleText);
      expect(await shownIds(page, ids.length)).toEqual(ids);
    }
    await expect(chooser(page).locator('option:checked')).toHaveText('mine.json');
    await page.getByRole('checkbox', { name: 'Special tokens' }).uncheck();
    const plain = encodeNatively(learned, sampleText, '--special', 'text');
    expect(await shownIds(page, plain.length)).toEqual(plain);
  });

  test('the merges are those that the command explains', async ({ page }) => {
    await openTokens(page);
    const learned = learnNatively(manual('queries'), '--vocab-size', '500');
    await drop(page, 'mine.json', learned);
    await field(page).fill('the probability of evidence');
    const piece = explainNatively(learned, 'the probability of evidence').pieces[1]!;
    expect(piece.text).toBe(' probability');
    const found = page.getByTestId('tokens').getByText('␣p', { exact: false }).first();
    await found.click();
    await expect(page.getByTestId('merges')).toContainText('␣probability');
    const rows = page.getByTestId('merges').locator('tbody tr');
    await expect(rows).toHaveCount(piece.merges.length + 1);
    for (const [i, { left, right, result, rank }] of piece.merges.entries()) {
      await expect(rows.nth(i + 1)).toContainText(`${left} + ${right} → ${result}`);
      await expect(rows.nth(i + 1).locator('td').nth(1)).toHaveText(rank.toLocaleString('en'));
    }
  });
});

// ---- Files -----------------------------------------------------------------------------------

test('what is wrong with a file is told with its place, and the tokenizer before it stays', async ({ page }) => {
  await openTokens(page);
  const before = await count(page).textContent();
  await drop(page, 'broken.json', '{"model": {\n  "type": "BPE", "vocab": [}\n}');
  await expect(page.getByRole('alert')).toContainText('broken.json:2');
  await expect(count(page)).toHaveText(before!);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await drop(page, 'ranks.tiktoken', 'YQ== 0\nYg== x\n');
  await expect(page.getByRole('alert')).toContainText('ranks.tiktoken:2');
  await drop(page, 'huge.txt', 'x'.repeat(4 * 2 ** 20 + 1));
  await expect(page.getByRole('alert')).toContainText('longer than 4 MiB');
  await drop(page, 'vocab.json', '{"a": 0}');
  await expect(page.getByRole('alert')).toContainText('vocab.json is a vocabulary without merges');
  await drop(page, 'merges.txt', '#version: 0.2\na b\n');
  await expect(page.getByRole('alert')).toContainText('merges.txt needs its vocab.json');
});

test('a rank file that does not say by which pattern texts are cut asks for it', async ({ page }) => {
  await openTokens(page);
  await drop(page, 'mine.tiktoken', alphabet('ab', ' ab'));
  await page.getByRole('combobox', { name: 'mine.tiktoken does not say' }).selectOption('whitespace');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(chooser(page).locator('option:checked')).toHaveText('mine.tiktoken');
  await field(page).fill('ab ab');
  await expect(tokens(page)).toHaveText(['ab', '␣ab']);
});

test('vocab.json and merges.txt are opened together, by the file dialogue', async ({ page }) => {
  await openTokens(page);
  const standIn = (byte: number) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : byte === 32 ? 'Ġ' : null);
  const vocab: Record<string, number> = {};
  for (const byte of Array.from({ length: 256 }, (_, i) => i)) if (standIn(byte)) vocab[standIn(byte)!] = Object.keys(vocab).length;
  vocab['lo'] = 200;
  vocab['low'] = 201;
  await page.getByLabel('Open…').first().setInputFiles([
    { name: 'vocab.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(vocab)) },
    { name: 'merges.txt', mimeType: 'text/plain', buffer: Buffer.from('#version: 0.2\nl o\nlo w\n') },
  ]);
  await expect(chooser(page).locator('option:checked')).toHaveText('merges.txt');
  await field(page).fill('low');
  await expect(tokens(page)).toHaveText(['low']);
  // What it has no byte for is told.
  await field(page).fill('low é');
  await expect(page.getByRole('alert')).toContainText('cannot be encoded');
  await field(page).fill('slow');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(tokens(page)).toHaveText(['s', 'low']);
});

// ---- Links -----------------------------------------------------------------------------------

test('the address holds the text and what is on show', async ({ page, context }) => {
  await openTokens(page);
  await field(page).fill('Alles Gute – 你好');
  await chooser(page).selectOption({ label: 'Bytes alone (256 tokens)' });
  await show(page, 'Ids');
  await token(page, 3).click();
  await expect(page).toHaveURL(/[?&]text=/);
  await expect(page).toHaveURL(/[?&]at=3/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(field(other)).toHaveValue('Alles Gute – 你好');
  await expect(token(other, 3)).toHaveAttribute('aria-pressed', 'true');
  await expect(token(other, 3)).toHaveText(/e\s*101/);
});

test('an address that says nothing sensible opens the view as it is', async ({ page }) => {
  await openTokens(page, '?text=%25%25&k=nothing&show=x&at=-1&panel=y&n=7&pattern=z&with=q');
  await expect(chooser(page).locator('option:checked')).toContainText('Learned from the guide');
  await expect(tokens(page).first()).toHaveAttribute('aria-pressed', 'true');
});

// ---- Everywhere ------------------------------------------------------------------------------

test('the view is there in Chinese', async ({ page }) => {
  await openTokens(page, '?lang=zh');
  await expect(page.getByRole('heading', { name: '词元', exact: true }).first()).toBeVisible();
  await expect(page.getByTestId('merges')).toContainText('合并过程');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByTestId('merges')).toContainText('merges');
});

async function expectNoFindings(page: Page, where: Locator | null = null) {
  if (where) await expect(where).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  await expectNoSidewaysScroll(page);
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 768, 360])
    test(`axe finds nothing at ${width} pixels in the ${colorScheme} theme, and nothing needs scrolling sideways`, async ({ page }) => {
      test.slow();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await openTokens(page);
      await expectNoFindings(page, page.getByTestId('merges'));
      for (const how of ['Bytes', 'Table']) {
        await show(page, how);
        await expectNoFindings(page, page.getByText(how === 'Table' ? 'U+0054' : '54 6F').first());
      }
      await page.getByRole('tab', { name: 'Compare' }).click();
      await expectNoFindings(page, page.getByTestId('stretches'));
      await page.getByRole('tab', { name: 'Learn' }).click();
      await page.getByRole('button', { name: 'Learn', exact: true }).click();
      await expectNoFindings(page, page.getByTestId('learned-merges'));
    });
