#!/usr/bin/env node
// Takes the pictures of the guide (docs/images/page-*.png) of the built page, as `vite preview` serves
// it: node tests/web/pictures.js ADDRESS [NAME…]
import { chromium } from '@playwright/test';
import { resolve } from 'node:path';

const images = resolve(import.meta.dirname, '../../docs/images');
const [address, ...wanted] = process.argv.slice(2);
const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 780 };

const pictures = [
  { name: 'network', at: 'bayes?net=asia&e.smoke=yes&target=dysp&step=2' },
  { name: 'evidence', at: 'bayes?net=asia&target=lung&panel=observe&e.dysp=yes&l.xray=0.7%200.2&do.tub=no' },
  { name: 'tables', at: 'bayes?net=student&target=grade&panel=tables', then: (page) => page.getByRole('button', { name: 'Edit', exact: true }).first().click() },
  { name: 'orders', at: 'bayes?net=asia&target=dysp&e.xray=yes', then: (page) => page.getByText('Compare orders', { exact: true }).click() },
  { name: 'quiz', at: 'bayes?net=homework&target=B&e.W=w', then: (page) => page.getByText('Quiz', { exact: true }).click() },
  { name: 'independence', at: 'bayes?net=asia&target=tub&panel=independence&y=smoke&z=dysp' },
  { name: 'solution', at: `bayes?net=abcd&panel=report&exact=1&q=${encodeURIComponent('P(-a | +b)')}&q=${encodeURIComponent('P(+b) = P(+b | -d) ?')}` },
  { name: 'naive', at: 'naive' },
  { name: 'tokens', at: 'tokens?show=ids' },
  {
    name: 'compare',
    at: 'tokens?panel=train&n=300',
    colorScheme: 'dark',
    then: async (page) => {
      await page.getByRole('button', { name: 'Show its tokens' }).click();
      await page.getByRole('button', { name: 'Learn', exact: true }).click();
      await page.getByRole('tab', { name: 'Compare' }).click();
      await page.getByRole('checkbox', { name: 'Learned here' }).check();
      await page.getByRole('checkbox', { name: 'Bytes alone' }).uncheck();
    },
  },
  {
    name: 'training',
    at: 'language?panel=train&text=sums',
    viewport: { width: 1280, height: 1180 },
    then: async (page) => {
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByTestId('phase').getByText('Done.').waitFor({ timeout: 120_000 });
    },
  },
  { name: 'large', at: 'bayes?net=generated-400', colorScheme: 'dark' },
  { name: 'phone', at: 'bayes?net=asia&e.smoke=yes&lang=zh', viewport: phone, colorScheme: 'dark' },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const { name, at, then, viewport = wide, colorScheme = 'light' } of pictures) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${address}#/${at}`);
  await page.waitForTimeout(2500); // until nothing moves any more
  if (then) {
    await then(page);
    await page.waitForTimeout(1500);
  }
  await page.screenshot({ path: resolve(images, `page-${name}.png`) });
  await context.close();
}
await browser.close();
