// A language model is trained in the page: begun, paused, half done by the command, and written with.
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { unzip } from '../../web/src/lib/zip';
import { command, filesIn, resumeNatively, trainNatively } from './command';
import { dropFiles, expectNoSidewaysScroll, openPage } from './page';
import type { DroppedFile } from './page';

const quick = 'text=sums&n_layer=1&n_embd=16&block_size=16&batch_size=4';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByRole('spinbutton', { name: new RegExp(`\\b${name}$`) });
const corpus = (page: Page) => page.getByRole('textbox', { name: 'Text to learn from' });
const phase = (page: Page) => page.getByTestId('phase');
const digest = (page: Page) => page.getByTestId('digest');
const samples = (page: Page) => page.getByTestId('samples').locator('li');

async function openTraining(page: Page, settings = quick) {
  await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await openPage(page, `#/language?panel=train&${settings}`);
  await expect(page.getByTestId('size')).toBeVisible();
}

async function trainToTheEnd(page: Page, start = 'Start') {
  await button(page, start).click();
  await expect(phase(page)).toHaveText('Done.', { timeout: 40_000 });
  return (await digest(page).getAttribute('title'))!;
}

// By step, the losses on the validation part.
async function validationLosses(page: Page): Promise<[string, number][]> {
  await page.getByText('Table', { exact: true }).click();
  const rows = await page.getByTestId('log').locator('tr.evaluated').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  return cells.reverse().map((row) => [row[0]!, Number(row[3]!.replace(/[^\d.]/g, ''))]);
}

async function downloaded(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent('download');
  await button(page, name).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

const droppable = (archive: Buffer): DroppedFile[] =>
  unzip(new Uint8Array(archive))!.map(({ name, bytes }) => ({ name, content: Buffer.from(bytes) }));

test('60 steps make the loss fall, are drawn and listed, and what is written is shown', async ({ page }) => {
  await openTraining(page, `${quick}&max_iters=60&eval_interval=20&learning_rate=0.02`);
  await expect(page.getByTestId('size')).toContainText(/Parameters\s*\d,\d{3}/);
  await expect(page.getByTestId('size')).toContainText('13 characters');
  await trainToTheEnd(page);
  await expect(page.getByTestId('step')).toHaveText('Step 60 of 60');
  await expect(page.getByRole('img', { name: 'Loss curve: 60 of 60 steps' })).toBeVisible();
  await expect(samples(page)).toHaveCount(4);
  await expect(samples(page).last()).toContainText('Before the first step');
  await expect(samples(page).first()).toContainText(/After step 60\s*71\+94=165/);
  const losses = await validationLosses(page);
  expect(losses.map(([step]) => step)).toEqual(['0', '20', '40', '60']);
  expect(losses[3]![1]).toBeLessThan(losses[0]![1] - 0.2);
  await expect(page.getByTestId('log').locator('.best')).toHaveCount(1);
});

test('a training that was paused has the digest of one that was not', async ({ page }) => {
  await openTraining(page, `${quick}&max_iters=3000&eval_interval=750`); // long enough to be caught
  await button(page, 'Start').click();
  await expect(page.getByTestId('step')).toHaveText(/Step [1-9]/);
  await button(page, 'Pause').click();
  await expect(phase(page)).toHaveText('Paused; it can go on.');
  const half = await page.getByTestId('step').textContent();
  expect(half).not.toMatch(/^Step (\S+) of \1$/);
  const early = await digest(page).getAttribute('title');
  const paused = await trainToTheEnd(page, 'Go on');
  expect(paused).not.toBe(early);
  expect(await trainToTheEnd(page, 'Start anew')).toBe(paused);
});

test('a training can be ended early, with an evaluation', async ({ page }) => {
  await openTraining(page, `${quick}&max_iters=100000&eval_interval=100000`);
  await button(page, 'Start').click();
  await expect(page.getByTestId('step')).toHaveText(/Step [1-9]/);
  await button(page, 'End here').click();
  await expect(phase(page)).toHaveText('Done.');
  const [first, last] = await validationLosses(page);
  expect(last![1]).toBeLessThan(first![1]);
});

test('the model writes, and its checkpoint is saved and goes on with its text', async ({ page }) => {
  await openTraining(page, `${quick}&max_iters=60&eval_interval=30`);
  const trained = await trainToTheEnd(page);
  const archive = await downloaded(page, 'Download the checkpoint');
  expect(archive.name).toBe('step-000060.zip');
  await button(page, 'Write with this model').click();
  await expect(page.getByRole('tab', { name: 'Write' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('heading', { name: 'Trained here, 60 steps' })).toBeVisible();
  await expect(digest(page)).toHaveAttribute('title', trained);
  await button(page, 'Generate').click();
  await expect(page.getByTestId('output')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await expect(page.getByTestId('output').locator('.prompt')).toContainText('71+94=165');
  expect(await page.getByTestId('output').locator('.token').count()).toBe(400);

  await page.goto('about:blank');
  await openTraining(page, '');
  await dropFiles(page, [{ name: archive.name, content: archive.bytes }]);
  await expect(page.getByRole('alert')).toContainText('the vocabulary has no character');
  await corpus(page).fill('1+1=2\n'.repeat(100));
  await expect(page.getByRole('alert')).toContainText('the data are not those the run has learned from');
  await expect(button(page, 'Go on from the checkpoint')).toBeDisabled();
  await button(page, 'Sums').click();
  await expect(page.getByText('A checkpoint at step 60 is open')).toBeVisible();
  await expect(field(page, 'n_embd')).toHaveValue('16');
  await expect(field(page, 'n_embd')).toBeDisabled();
  await field(page, 'max_iters').fill('80');
  await button(page, 'Go on from the checkpoint').click();
  await expect(page.getByTestId('step')).toHaveText('Step 80 of 80');
  await expect(phase(page)).toHaveText('Done.');
  await button(page, 'Leave it').click();
  await expect(field(page, 'n_embd')).toBeEnabled();
});

test('what the core refuses is told at its field, and nothing can be started', async ({ page }) => {
  await openTraining(page);
  await field(page, 'n_head').fill('5');
  await expect(page.getByRole('alert')).toHaveText('n_embd (16) is not a multiple of n_head (5)');
  await expect(field(page, 'n_embd')).toHaveAccessibleDescription(/not a multiple/);
  await expect(button(page, 'Start')).toBeDisabled();
  await field(page, 'n_head').fill('4');
  await expect(button(page, 'Start')).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await corpus(page).fill('too short');
  await expect(page.getByRole('alert')).toContainText('give more text, or lower block_size');
  await corpus(page).fill('');
  await expect(page.getByRole('alert')).toBeVisible();
  await dropFiles(page, [{ name: 'trainer.json', content: '{}' }]);
  await expect(page.getByRole('alert').first()).toContainText('model.safetensors, tokenizer.json, trainer.safetensors');
});

test('a number that is missing is asked for, and sizes fill the fields', async ({ page }) => {
  await openTraining(page);
  await field(page, 'n_layer').fill('');
  await expect(page.getByRole('alert')).toHaveText('n_layer is empty');
  await button(page, 'Medium').click();
  await expect(field(page, 'n_embd')).toHaveValue('128');
  await expect(button(page, 'Medium')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('size')).toContainText('2,048');
});

test('a link has the settings and the text', async ({ page }) => {
  await openTraining(page);
  await corpus(page).fill('abracadabra! '.repeat(40));
  await field(page, 'learning_rate').fill('0.004');
  await page.getByRole('combobox', { name: 'Kind of model' }).selectOption('llama');
  await expect(page).toHaveURL(/preset=llama.*learning_rate=0\.004/);
  await expect(page).toHaveURL(/[?&]c=/);
  await page.reload();
  await expect(corpus(page)).toHaveValue('abracadabra! '.repeat(40));
  await expect(field(page, 'learning_rate')).toHaveValue('0.004');
  await expect(field(page, 'n_embd')).toHaveValue('16');
  await expect(page.getByTestId('size')).toContainText('7 characters');
});

test('training costs nothing before it is opened', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await openPage(page, '#/language');
  await expect(page.getByText('No model here yet')).toBeVisible();
  await page.waitForLoadState('networkidle');
  const before = asked.length;
  expect(asked.filter((url) => /lm-train|training|examples/.test(url))).toEqual([]);
  await button(page, 'Train one here').click();
  await expect(page.getByTestId('size')).toBeVisible();
  expect(asked.slice(before).filter((url) => /lm-train.*\.wasm/.test(url))).toHaveLength(1);
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [390, 1440])
    test(`axe finds nothing at ${width} pixels in the ${colorScheme} theme, and nothing scrolls sideways`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await openTraining(page, `${quick}&max_iters=40&eval_interval=10`);
      await trainToTheEnd(page);
      await page.getByText('All settings').click();
      for (const showing of ['Curve', 'Table']) {
        await page.getByText(showing, { exact: true }).click();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        await expectNoSidewaysScroll(page);
      }
      await field(page, 'n_head').fill('3');
      await expect(page.getByRole('alert')).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
    });

test.describe('beside the command', () => {
  test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');

  const text = 'the quick brown fox jumps over the lazy dog. pack my box with five dozen jugs.\n'.repeat(30);
  // Small, with everything on that could break the bits: dropout, accumulation, decay of the rate.
  const small = {
    ...{ n_layer: 2, n_head: 2, n_embd: 16, block_size: 16, dropout: 0.1 },
    ...{ batch_size: 3, gradient_accumulation_steps: 2 },
    ...{ max_iters: 200, lr_decay_iters: 200, warmup_iters: 10, learning_rate: 0.01 },
    ...{ eval_interval: 100, keep_checkpoints: 9, eval_iters: 2 },
  };

  // The second text as some editors write it: its bytes are not those of what a field holds.
  const halves = [
    { preset: 'nanogpt', written: text },
    { preset: 'nanogpt-rope', written: `\ufeff${text.replaceAll('\n', '\r\n')}` },
  ];
  for (const { preset, written } of halves)
    test(`200 steps of ${preset}, the first half by the command, have the digest of the command’s whole run`, async ({ page }) => {
      const whole = trainNatively(written, { preset, ...small });
      await openTraining(page);
      await dropFiles(page, [...filesIn(`${whole.out}/step-000100`), { name: 'text.txt', content: written }]);
      await expect(page.getByText('A checkpoint at step 100 is open')).toBeVisible();
      await expect(corpus(page)).toHaveValue(text);
      expect(await trainToTheEnd(page, 'Go on from the checkpoint')).toBe(whole.digest);
      await expect(page.getByTestId('step')).toHaveText('Step 200 of 200');
    });

  test('a run in the page has the digest of the command by the configuration that the page saves', async ({ page }) => {
    await openTraining(page, `${quick}&max_iters=60&dropout=0.1`);
    await page.getByText('All settings').click();
    const configuration = JSON.parse((await downloaded(page, 'Save as a configuration')).bytes.toString());
    const trained = await trainToTheEnd(page);
    expect(trained).toBe(trainNatively(await corpus(page).inputValue(), configuration).digest);
  });

  test('the command goes on from a checkpoint that the page has saved', async ({ page }) => {
    await openTraining(page, `${quick}&max_iters=60`);
    await trainToTheEnd(page);
    const files = droppable((await downloaded(page, 'Download the checkpoint')).bytes);
    const native = resumeNatively(files, await corpus(page).inputValue(), 80);
    await dropFiles(page, files);
    await expect(page.getByText('A checkpoint at step 60 is open')).toBeVisible();
    await field(page, 'max_iters').fill('80');
    expect(await trainToTheEnd(page, 'Go on from the checkpoint')).toBe(native.digest);
  });
});
