// The graph as a viewport: pan, zoom, drag, many nodes, many states, search; by pointer and by keys.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { generatedNetwork, longNetwork } from './networks';
import { dropFiles, expectNoSidewaysScroll, openPage, stateButton } from './page';

const sizes = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 360, height: 740 },
];

function graph(page: Page): Locator {
  return page.getByRole('group', { name: /^Graph of the network/ });
}

async function scaleOf(page: Page): Promise<number> {
  return Number(await graph(page).getAttribute('data-scale'));
}

function node(page: Page, name: string): Locator {
  return page.locator(`[data-node="${name}"]`);
}

async function openNetwork(page: Page, name: string, content: string, nodes: number) {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await dropFiles(page, [{ name: `${name}.bif`, content }]);
  await expect(page.locator('#graph-shown')).toContainText(`of ${nodes.toLocaleString('en')} nodes`);
  await expect(page.getByText('Laying out…')).toBeHidden({ timeout: 50_000 });
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not shown');
  return box;
}

async function dragBy(page: Page, from: { x: number; y: number }, dx: number, dy: number) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + dx / 2, from.y + dy / 2);
  await page.mouse.move(from.x + dx, from.y + dy);
  await page.mouse.up();
}

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

for (const viewport of sizes) {
  test.describe(`${viewport.width} pixels wide`, () => {
    test.use({ viewport });

    test('buttons and keys zoom, and show all again', async ({ page }) => {
      await openPage(page, '');
      await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
      const fitted = await scaleOf(page);
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await expect.poll(() => scaleOf(page)).toBeGreaterThan(fitted);
      await page.getByRole('button', { name: 'Fit' }).click();
      await expect.poll(() => scaleOf(page)).toBe(fitted);
      await stateButton(page, 'asia', 'yes').focus();
      await page.keyboard.press('+');
      await expect.poll(() => scaleOf(page)).toBeGreaterThan(fitted);
      for (let press = 0; press < 12; press++) await page.keyboard.press('+');
      await expect.poll(() => scaleOf(page)).toBe(2);
      await page.keyboard.press('-');
      await expect.poll(() => scaleOf(page)).toBeLessThan(2);
      await page.keyboard.press('0');
      await expect.poll(() => scaleOf(page)).toBe(fitted);
      await page.keyboard.press('-');
      expect(await scaleOf(page)).toBe(fitted);
    });

    test('the ground and nodes are dragged; a drag is no click; tidy puts all back', async ({ page }) => {
      await openPage(page, '');
      await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
      const before = await boxOf(node(page, 'lung'));
      const edges = page.locator('[data-edges="plain"] .line');
      const line = await edges.getAttribute('d');
      const state = await boxOf(stateButton(page, 'lung', 'yes'));
      await dragBy(page, { x: state.x + 20, y: state.y + 8 }, 30, -20);
      const after = await boxOf(node(page, 'lung'));
      expect(after.x - before.x).toBeCloseTo(30, 0);
      expect(after.y - before.y).toBeCloseTo(-20, 0);
      expect(await edges.getAttribute('d')).not.toBe(line);
      await expect(stateButton(page, 'lung', 'yes')).toHaveAttribute('aria-pressed', 'false');

      // Places are kept while the table is on show.
      await page.getByText('Table', { exact: true }).click();
      await page.getByText('Graph', { exact: true }).click();
      const again = await boxOf(node(page, 'lung'));
      expect(again.x).toBeCloseTo(after.x, 0);

      const frame = await boxOf(graph(page));
      const asia = await boxOf(node(page, 'asia'));
      await dragBy(page, { x: frame.x + 4, y: frame.y + 4 }, 40, 25);
      const moved = await boxOf(node(page, 'asia'));
      expect(moved.x - asia.x).toBeCloseTo(40, 0);
      expect(moved.y - asia.y).toBeCloseTo(25, 0);

      await page.getByRole('button', { name: 'Tidy' }).click();
      await expect.poll(() => edges.getAttribute('d')).toBe(line);
      await expect.poll(async () => (await boxOf(node(page, 'lung'))).x).toBeCloseTo(before.x, 0);
    });

    test('a node is found by a part of its name, and the focus goes there', async ({ page }) => {
      await openNetwork(page, 'generated', generatedNetwork(120), 120);
      await page.getByRole('button', { name: 'Find…' }).click();
      const field = page.getByRole('combobox', { name: 'Part of a name' });
      await field.fill('node_11');
      const hits = page.getByRole('listbox', { name: 'Nodes found' }).getByRole('option');
      await expect(hits).toHaveCount(11);
      await page.keyboard.press('ArrowDown');
      await expect(hits.and(page.locator('[aria-selected=true]'))).toHaveText('node_110');
      await page.keyboard.press('Enter');
      await expect(field).toBeHidden();
      await expect(graph(page)).toHaveAttribute('data-detail', 'full');
      await expect(page.getByRole('button', { name: 'Ask about node_110', exact: true })).toBeFocused();
      await expectNoSidewaysScroll(page);
    });
  });
}

test('the wheel scrolls the page where the graph has nothing to move, and zooms with Ctrl', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 500 });
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  const fitted = await scaleOf(page);
  await stateButton(page, 'lung', 'yes').hover();
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  const scrolled = await page.evaluate(() => scrollY);

  await page.keyboard.down('Control');
  for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect.poll(() => scaleOf(page)).toBeGreaterThan(fitted * 1.5);
  const before = await boxOf(node(page, 'lung'));
  await page.mouse.wheel(0, -30);
  await expect.poll(async () => (await boxOf(node(page, 'lung'))).y).toBeGreaterThan(before.y + 20);
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
});

test('keys move a node, and the view goes along with the cursor', async ({ page }) => {
  await openPage(page, '');
  await stateButton(page, 'asia', 'yes').focus();
  const before = await boxOf(node(page, 'asia'));
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await boxOf(node(page, 'asia'))).x).toBeCloseTo(before.x + 12, 0);
  await expect(stateButton(page, 'asia', 'yes')).toBeFocused();

  for (let press = 0; press < 8; press++) await page.keyboard.press('+');
  for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowDown');
  await expect(async () => {
    const focused = await boxOf(page.locator('[data-cell]:focus'));
    const frame = await boxOf(graph(page));
    expect(focused.y).toBeGreaterThanOrEqual(frame.y);
    expect(focused.y + focused.height).toBeLessThanOrEqual(frame.y + frame.height);
  }).toPass({ timeout: 15_000 });
});

test('a node that is pointed at lights its parents and children and says which are which', async ({ page }) => {
  await openPage(page, '');
  await stateButton(page, 'either', 'yes').hover();
  await expect(node(page, 'lung')).toContainText('parent');
  await expect(node(page, 'tub')).toContainText('parent');
  await expect(node(page, 'xray')).toContainText('child');
  await expect(node(page, 'dysp')).toContainText('child');
  await expect(node(page, 'asia')).toHaveClass(/faded/);
  await expect(page.locator('[data-edges="lit"]')).toHaveAttribute('data-count', '4');
  // Whoever observes wants to see all the others.
  await stateButton(page, 'either', 'yes').click();
  await expect(node(page, 'asia')).not.toHaveClass(/faded/);
});

test('a thousand nodes are dots, then names, then bars, and only those in sight are drawn', async ({ page }) => {
  await openNetwork(page, 'generated', generatedNetwork(1000), 1000);
  await expect(graph(page)).toHaveAttribute('data-detail', 'dot');
  await expect(page.locator('#graph-shown')).toContainText('1,000 of 1,000 nodes');
  const dots = page.locator('[data-dots]');
  const counts = await dots.evaluateAll((paths) => paths.map((path) => Number(path.getAttribute('data-count'))));
  expect(counts.reduce((sum, count) => sum + count)).toBe(1000);

  // A click on a dot goes to that node.
  const frame = await boxOf(graph(page));
  const place = await page.locator('[data-dots="asked"]').boundingBox();
  await page.mouse.click(place!.x + place!.width / 2, place!.y + place!.height / 2);
  await expect(graph(page)).toHaveAttribute('data-detail', 'full');
  const target = await page.getByRole('combobox', { name: 'Ask about' }).inputValue();
  const shown = await boxOf(node(page, target));
  expect(shown.x + shown.width / 2).toBeCloseTo(frame.x + frame.width / 2, -1);
  expect(await page.locator('[data-node]').count()).toBeLessThan(120);
  const state = node(page, target).locator('[aria-pressed]').nth(1);
  await state.click();
  await expect(state).toHaveAttribute('aria-pressed', 'true');

  const details = new Set<string>();
  for (let press = 0; press < 40 && !details.has('dot'); press++) {
    await page.keyboard.press('-');
    details.add((await graph(page).getAttribute('data-detail'))!);
  }
  expect([...details]).toEqual(['full', 'summary', 'name', 'dot']);
  await expect(page.locator('[data-dots="observed"]')).toHaveAttribute('data-count', '1');
  await expectNoFindings(page);
});

test('small nodes are reached by the arrow keys, and Enter goes nearer with the focus', async ({ page }) => {
  await openNetwork(page, 'generated', generatedNetwork(300), 300);
  await expect(graph(page)).toHaveAttribute('data-detail', /dot|name/);
  await page.locator('[data-node][tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  const name = await page.locator('[data-node]:focus').getAttribute('data-node');
  expect(name).not.toBe('node_0');
  await expect(page.locator('[data-node]:focus')).toHaveAccessibleName(/most probably/);
  await page.keyboard.press('Enter');
  await expect(graph(page)).toHaveAttribute('data-detail', 'full');
  await expect(page.getByRole('button', { name: `Ask about ${name}`, exact: true })).toBeFocused();
});

test('a large network can be used while it is laid out', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  // The worker never comes back with the layout.
  await page.route('**/arrange.worker*', () => {});
  await dropFiles(page, [{ name: 'generated.bif', content: generatedNetwork(200) }]);
  await expect(page.getByText('Laying out…')).toBeVisible();
  await page.getByRole('button', { name: 'Find…' }).click();
  await page.getByRole('combobox', { name: 'Part of a name' }).fill('node_77');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-cell="node_77/0"]')).toHaveAttribute('aria-pressed', 'true');
});

test('of sixty states the most probable few are shown, and on request all, scrolling within', async ({ page }) => {
  await openNetwork(page, 'long', longNetwork(60), 2);
  const states = page.getByRole('button', { name: /^long = S/ });
  await expect(states).toHaveCount(5);
  const more = page.getByRole('button', { name: 'long: show 55 more states' });
  await more.focus();
  await page.keyboard.press('Enter');
  await expect(states).toHaveCount(12);
  await expect(page.getByRole('button', { name: 'long: show fewer states' })).toBeFocused();
  await expect(stateButton(page, 'long', 'S0')).toBeVisible();
  await stateButton(page, 'long', 'S5').hover();
  await page.mouse.wheel(0, 2000);
  await expect(stateButton(page, 'long', 'S59')).toBeVisible();
  await stateButton(page, 'long', 'S59').focus();
  for (let press = 0; press < 14; press++) await page.keyboard.press('ArrowUp');
  await expect(stateButton(page, 'long', 'S45')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(stateButton(page, 'long', 'S45')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(states).toHaveCount(5);
  await expect(stateButton(page, 'long', 'S45')).toBeFocused();
});

test.describe('with two fingers', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test('the graph is zoomed and moved; with one the page scrolls', async ({ page }) => {
    await openPage(page, '');
    await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
    const fitted = await scaleOf(page);
    const frame = await boxOf(graph(page));
    const middle = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((point, id) => ({ ...point, id })) });
    const fingers = (distance: number) => [
      { x: middle.x - distance, y: middle.y - distance },
      { x: middle.x + distance, y: middle.y + distance },
    ];
    await touch('touchStart', fingers(20));
    for (let distance = 25; distance <= 40; distance += 5) await touch('touchMove', fingers(distance));
    await touch('touchEnd', []);
    await expect.poll(() => scaleOf(page)).toBeCloseTo(Math.min(2, fitted * 2), 1);

    await touch('touchStart', [middle]);
    for (let up = 10; up <= 150; up += 10) await touch('touchMove', [{ x: middle.x, y: middle.y - up }]);
    await touch('touchEnd', []);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
  });
});
