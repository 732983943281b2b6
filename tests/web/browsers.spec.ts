// A smoke run in browsers other than Chromium, in the long tier: the page opens, answers, explains and
// speaks Chinese.
import { expect, test } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { browsers } from './drivers';
import type { Driver } from './drivers';

const pictures = resolve(import.meta.dirname, '../../build/browsers');

// The label of a state's button in the graph, such as "lung = yes, probability 5.50%".
const labelOf = (state: string) =>
  `return [...document.querySelectorAll('[role=button]')].map((b) => b.getAttribute('aria-label') ?? '').find((l) => l.startsWith('${state}')) ?? ''`;
const click = (selector: string) =>
  `const found = document.querySelector(${JSON.stringify(selector)}); found?.dispatchEvent(new MouseEvent('click', { bubbles: true })); return found !== null`;

async function expectLabel(driver: Driver, state: string, label: RegExp) {
  await expect.poll(() => driver.run<string>(labelOf(state)), { timeout: 30_000 }).toMatch(label);
}

async function expectClicked(driver: Driver, selector: string) {
  await expect.poll(() => driver.run<boolean>(click(selector)), { timeout: 15_000 }).toBe(true);
}

const alerts = `return [...document.querySelectorAll('[role=alert]')].map((alert) => alert.textContent)`;

for (const { name, installed, start } of browsers)
  test(`${name}: posteriors, steps, every panel and the other language`, async ({ baseURL }) => {
    test.skip(!process.env.LIKELORE_LONG, 'in the long tier only');
    test.skip(!installed, `${name} is not installed`);
    test.setTimeout(180_000);
    const driver = await start();
    try {
      await driver.open(`${baseURL}#/bayes?net=asia`);
      await expectLabel(driver, 'lung = yes', /5\.50%/);
      await expectClicked(driver, '[aria-label^="smoke = yes"]');
      await expectLabel(driver, 'lung = yes', /10\.00%/);
      mkdirSync(pictures, { recursive: true });
      writeFileSync(join(pictures, `${name}.png`), await driver.picture());

      const tabs = await driver.run<string[]>(`return [...document.querySelectorAll('[role=tab]')].map((tab) => tab.id)`);
      expect(tabs.length).toBeGreaterThan(1);
      for (const tab of tabs) {
        await expectClicked(driver, `#${tab}`);
        await expect.poll(() => driver.run(`return document.querySelector('#panel h2') !== null`)).toBe(true);
        expect(await driver.run<string[]>(alerts)).toEqual([]);
      }
      await expectClicked(driver, '[lang=zh-Hans]');
      await expect.poll(() => driver.run('return document.documentElement.lang')).toBe('zh-Hans');
      expect(await driver.run<string[]>(alerts)).toEqual([]);
    } finally {
      await driver.close();
    }
  });
