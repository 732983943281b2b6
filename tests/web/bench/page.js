#!/usr/bin/env node
// What a person waits for in the built page: bench/page.js [--loads N] FILE…
//
// For each network file the milliseconds from a click on a state to the frame in which P(e) and the
// bars have changed: median and largest of several clicks, in Chromium. With --loads the files are then
// opened in turn, N times in all, and the memory of the page's process is told as it goes.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { launch, serve } from './browser.js';

const clicks = 15;
const words = process.argv.slice(2);
const place = words.indexOf('--loads');
const loads = place < 0 ? 0 : Number(words.splice(place, 2)[1]);
const files = words;

async function open(page, file) {
  await page.locator('input[type=file]').first().setInputFiles(file);
  await page.getByRole('combobox', { name: 'Network' }).getByRole('option', { name: basename(file) }).waitFor({ state: 'attached', timeout: 120_000 });
  await page.waitForFunction(() => document.querySelector('[data-testid="p-evidence"]')?.textContent === '1', null, { timeout: 120_000 });
}

// A variable with parents: the last of the file.
function leafOf(file) {
  const names = [...readFileSync(file, 'utf8').matchAll(/^\s*probability\s*\(\s*"?([^\s"|)]+)"?\s*\|/gm)];
  return names.at(-1)[1];
}

// Brings the node near, so that its states can be clicked.
async function show(page, name) {
  await page.getByRole('button', { name: 'Find…' }).click();
  const box = page.getByRole('combobox', { name: 'Part of a name' });
  await box.fill(name);
  await box.press('Enter');
  await page.locator(`[data-node="${name}"] .state`).first().waitFor();
  await page.waitForTimeout(500);
}

// As a hand does it: the button is down for a moment, in which the page shows that it is.
async function press(page, element) {
  const { x, y, width, height } = await element.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2, { delay: 80 });
}

async function clickTimes(page, name) {
  await page.evaluate(() => {
    const shown = document.querySelector('[data-testid="p-evidence"]');
    addEventListener('click', ({ timeStamp }) => (window.clicked = timeStamp), { capture: true });
    new MutationObserver(() => {
      // The frame that is being made shows the change; the next task runs when it has been handed over.
      requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now() - window.clicked)));
    }).observe(shown, { characterData: true, childList: true, subtree: true });
  });
  const times = [];
  for (let index = 0; index < clicks; index++) {
    await page.evaluate(() => (window.painted = undefined));
    await press(page, page.locator(`[data-node="${name}"] .state`).first());
    times.push(await (await page.waitForFunction(() => window.painted, null, { timeout: 60_000 })).jsonValue());
    await page.waitForTimeout(150);
  }
  return times.sort((a, b) => a - b);
}

// Megabytes of the process that shows the page, and of them what the page's own script holds, when what
// nothing refers to any more has been collected.
async function memory(browser, page) {
  const inside = await page.context().newCDPSession(page);
  await inside.send('HeapProfiler.collectGarbage');
  const { usedSize } = await inside.send('Runtime.getHeapUsage');
  await inside.detach();
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1024);
  return { process: Math.max(...sizes), script: usedSize / 2 ** 20 };
}

const { address, close } = await serve();
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
await page.goto(`${address}/#/bayes?net=asia&panel=report`);
console.log(`Chromium ${browser.version()}; milliseconds from click to painted bars, ${clicks} clicks`);
for (const file of files) {
  await open(page, file);
  const name = leafOf(file);
  await show(page, name);
  const times = await clickTimes(page, name);
  const [median, largest] = [times[Math.floor(clicks / 2)], times.at(-1)];
  console.log(`${basename(file).padEnd(20)} median ${median.toFixed(1).padStart(7)}  largest ${largest.toFixed(1).padStart(7)}  (${name})`);
}
for (let load = 1; load <= loads; load++) {
  await open(page, files[load % files.length]);
  if (load % files.length !== 0 && load !== loads) continue;
  const { process, script } = await memory(browser, page);
  console.log(`load ${String(load).padStart(3)}: ${process.toFixed(0)} MB, of them the script's ${script.toFixed(1)}`);
}
await browser.close();
close();
