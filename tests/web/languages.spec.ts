// The page in English and in Chinese: which it opens in, how it is switched, and that each is whole.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { followLanguage, formatCount, formatPercent, formatValue } from '../../web/src/lib/format';
import { languageOf, preferredLanguage } from '../../web/src/lib/text/choice';
import { catalogues } from './catalogues';
import { checkpointFiles, command } from './command';
import { dropFiles, expectNoSidewaysScroll, openPage, stateButton } from './page';

const toChinese = (page: Page) => page.getByRole('button', { name: '中文' });
const toEnglish = (page: Page) => page.getByRole('button', { name: 'English' });

async function expectChinese(page: Page) {
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('navigation', { name: '视图' })).toContainText('贝叶斯网络');
  await expect(page).toHaveTitle(/(贝叶斯网络|朴素贝叶斯|词元|语言模型) · Likelore/);
}

async function expectEnglish(page: Page) {
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('navigation', { name: 'Views' })).toContainText('Bayesian network');
  await expect(page).toHaveTitle(/(Bayesian network|Naive Bayes|Tokens|Language model) · Likelore/);
}

// ---- Without a browser -----------------------------------------------------------------------

test('the first language that the reader prefers and the page has is taken, else English', () => {
  for (const tag of ['zh', 'zh-CN', 'zh-Hans', 'zh-SG', 'zh-TW', 'zh-Hant-HK', 'ZH_cn']) expect(languageOf(tag)).toBe('zh');
  for (const tag of ['en', 'en-GB']) expect(languageOf(tag)).toBe('en');
  for (const tag of ['', 'fr', 'zha', 'english', null]) expect(languageOf(tag)).toBe(null);
  expect(preferredLanguage(['fr', 'zh-TW', 'en'])).toBe('zh');
  expect(preferredLanguage(['fr', 'en', 'zh'])).toBe('en');
  expect(preferredLanguage(['fr'])).toBe('en');
  expect(preferredLanguage([])).toBe('en');
});

// Alike in both languages: the keys of a list of keys.
function isAlike(path: string): boolean {
  return /^(graphKeyList|naive\.keyList)\.\d+\.0$/.test(path);
}

test('no word of the catalogue is left in English, and each says all that it is given', async () => {
  const same = ['product', 'pEvidence', 'pEvidenceSet', 'setMark', 'log10Evidence', 'log10Z'];
  same.push('model.trainCommand', 'model.topK', 'model.topP');
  const { english, chinese } = await catalogues();
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, word] of chinese) {
    const original = english.get(path);
    if (typeof word === 'function') expect([path, word.length]).toEqual([path, (original as Function).length]);
    else if (!same.includes(path) && !isAlike(path)) expect(word, path).toMatch(/\p{Script=Han}/u);
  }
});

test('numbers are written in the manner of the language', () => {
  expect([formatCount(1234567), formatPercent(0.055), formatValue(0.25)]).toEqual(['1,234,567', '5.50%', '0.25']);
  try {
    followLanguage(() => 'de');
    expect([formatCount(1234567), formatValue(0.25), formatValue(1.5e-7)]).toEqual(['1.234.567', '0,25', '1,50000 e−7']);
    expect(formatPercent(0.055)).toBe('5,50\u00a0%');
    followLanguage(() => 'zh-Hans');
    expect([formatCount(1234567), formatPercent(0.055)]).toEqual(['1,234,567', '5.50%']);
  } finally {
    followLanguage(() => 'en');
  }
});

// ---- Which language --------------------------------------------------------------------------

for (const locale of ['zh-CN', 'zh-TW'])
  test.describe(`in a browser for ${locale}`, () => {
    test.use({ locale });

    test('the page opens in Chinese, and is never seen in English', async ({ page }) => {
      await page.addInitScript(() => {
        const seen = new Set<string>();
        Object.assign(window, { seen });
        const look = () => document.querySelectorAll('.skip').forEach((link) => seen.add(link.textContent ?? ''));
        new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
      });
      await openPage(page, '');
      await expectChinese(page);
      await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName('lung = yes，概率 5.50%');
      expect(await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])).toEqual(['跳到正文']);
      // What the browser prefers is not a choice: the address leaves it to the next reader's.
      await expect(page).toHaveURL(/net=asia/);
      expect(page.url()).not.toContain('lang=');
    });

    test('the address may ask for English', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&lang=en');
      await expectEnglish(page);
    });
  });

test('a deep link may ask for Chinese, which is not remembered', async ({ page, context }) => {
  await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&step=1&lang=zh');
  await expectChinese(page);
  await expect(page.getByTestId('step')).toContainText('消去');
  await expect(page).toHaveURL(/e\.xray=yes.*lang=zh/);
  await page.reload();
  await expectChinese(page);
  const other = await context.newPage();
  await openPage(other, '');
  await expectEnglish(other);
});

test('a language that the page does not have is not asked for', async ({ page }) => {
  await openPage(page, '#/bayes?lang=fr');
  await expectEnglish(page);
});

test('a page that may not store anything still opens and switches', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
  });
  await openPage(page, '');
  await expectEnglish(page);
  await toChinese(page).click();
  await expectChinese(page);
});

// ---- Switching -------------------------------------------------------------------------------

test('a click switches the language, the second catalogue comes only then, and the choice stays', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => {
    if (/\/zh-[^/]*\.js$/.test(request.url())) fetched.push(request.url());
  });
  await openPage(page, '#/bayes?net=asia&e.lung=yes&e.either=no');
  await expect(page.getByRole('alert')).toContainText('cannot occur together');
  expect(fetched).toEqual([]);
  await toChinese(page).click();
  await expectChinese(page);
  expect(fetched.length).toBe(1);
  // What was asked stays, and a problem on show is told anew.
  await expect(page.getByRole('alert')).toContainText('项观测不可能同时出现');
  await expect(stateButton(page, 'lung', 'yes')).toHaveAccessibleName('lung = yes，已观测');
  await expect(page.getByRole('status').filter({ hasText: '页面现在以中文显示。' })).toBeAttached();
  await expect(page).toHaveURL(/lang=zh/);

  await page.reload();
  await expectChinese(page);
  await page.goto('about:blank');
  await openPage(page, '');
  await expectChinese(page);
  await toEnglish(page).click();
  await expectEnglish(page);
  await page.goto('about:blank');
  await openPage(page, '');
  await expectEnglish(page);
});

test('the keyboard switches the language, and keeps its place', async ({ page }) => {
  await openPage(page, '');
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await page.getByRole('link', { name: 'Language model' }).focus();
  await page.keyboard.press('Tab');
  await expect(toChinese(page)).toBeFocused();
  await expect(toChinese(page)).toHaveAttribute('lang', 'zh-Hans');
  await page.keyboard.press('Enter');
  await expectChinese(page);
  await expect(toEnglish(page)).toBeFocused();
  await expect(toEnglish(page)).toHaveAttribute('lang', 'en');
  await page.keyboard.press('Space');
  await expectEnglish(page);
});

test('going back does not undo the choice', async ({ page }) => {
  await openPage(page, '#/bayes?net=asia&lang=en');
  await page.getByRole('link', { name: 'Language model' }).click();
  await expect(page).toHaveURL(/#\/language/);
  await toChinese(page).click();
  await expectChinese(page);
  await page.goBack();
  await expect(stateButton(page, 'lung', 'yes')).toBeVisible();
  await expectChinese(page);
  await expect(page).toHaveURL(/#\/bayes\?.*lang=zh/);
});

for (const [panel, english, chinese] of [
  ['independence', 'Independence', '独立性'],
  ['factors', 'Factor workbench', '因子工作台'],
  ['observe', 'What to observe next', '下一步观测什么'],
  ['report', 'Worked solution', '详细解答'],
  ['tables', 'Conditional table', '条件概率表'],
])
  test(`the panel ${panel}, loaded later, changes its language with the page`, async ({ page }) => {
    await openPage(page, `#/bayes?net=asia&panel=${panel}`);
    await expect(page.getByRole('heading', { name: english, exact: true })).toBeVisible();
    await toChinese(page).click();
    await expect(page.getByRole('heading', { name: chinese, exact: true })).toBeVisible();
    await toEnglish(page).click();
    await expect(page.getByRole('heading', { name: english, exact: true })).toBeVisible();
  });

test('a catalogue that cannot be loaded is told, and the page stays as it is', async ({ page }) => {
  await page.route(/\/zh-[^/]*\.js$/, (route) => route.abort());
  await openPage(page, '');
  await toChinese(page).click();
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expectEnglish(page);
  await stateButton(page, 'smoke', 'yes').click();
  await expect(page.getByTestId('p-evidence')).toHaveText('0.5');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toBeHidden();
});

// ---- Nothing is left in English --------------------------------------------------------------

// Names that are the same in every language: of the product, of files and commands, of the examples, of
// their variables and states, of keys, and in formulas.
const names = new Set([
  ...['Alt', 'Ctrl', 'Enter', 'D', 'F', 'F10', 'L', 'Shift', 'do', 'C', 'X', 'V', 'Y', 'Tab', 'Delete', 'Esc'],
  ...['Likelore', 'BIF', 'Markdown', 'likelore', 'lm', 'train', 'quickstart'],
  ...['model.safetensors', 'config.json', 'tokenizer.json', 'broken.bif', 'tiny'],
  ...['Asia', 'Cancer', 'Earthquake', 'Monty', 'Hall', 'Sprinkler', 'Student'],
  ...['asia', 'tub', 'smoke', 'lung', 'bronc', 'either', 'xray', 'dysp', 'yes', 'no'],
  ...['Markdown', 'LaTeX', 'HTML', 'TXT'],
  ...['homework', 'not_a', 'not_b', 'not_e', 'not_h', 'not_w'],
  ...['XMLBIF', 'HUGIN', 'net', 'XDSL', 'GeNIe', 'UAI', 'JSON', 'SVG', 'PNG'],
  ...['GPT', 'RoPE', 'Llama', 'CS336', 'Transformer', 'Karpathy', 'lm', 'sample', 'resume', 'deterministic', 'ZIP', 'n_layer', 'trainer.json', 'trainer.safetensors'],
  // Keys of the graph while it is edited.
  ...['N', 'F2'],
  ...['rich', 'married', 'healthy', 'satisfied', 'satisfaction.csv', 'messages.csv', 'kind', 'message', 'spam', 'ham', 'CSV', 'x5', 'broken.csv'],
  ...['Markdown', 'LaTeX', 'HTML', 'TXT', 'd-'],
  ...['GPT-2', 'Llama', 'cl100k', 'o200k', 'tiktoken', 'vocab.json', 'merges.txt', 'broken.json', 'endoftext', 'UTF-8', 'U'],
  ...['A', 'B', 'C', 'D', 'E', 'H', 'W', 'a', 'b', 'e', 'h', 'w', 'P', 'Z', 'log', 'k', 'p', 'Top-k', 'Top-p'],
]);

// The words in Latin letters in all that can be read or heard, but for formulas, digests, what the model
// writes, and what says of itself that it is English.
async function latinWords(page: Page): Promise<string[]> {
  const strings = await page.evaluate(() => {
    const found = [document.title];
    const skipped = 'script, style, noscript, math, [lang=en], [data-testid=digest], [data-testid=output], td code, th code';
    const heard = ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'placeholder', 'alt'];
    const chosen = (element: Element) => {
      const nearest = element.closest(`${skipped}, [lang]`);
      return nearest === null || nearest.matches('[lang^=zh]');
    };
    for (const element of document.querySelectorAll('*')) {
      if (!chosen(element)) continue;
      for (const name of heard) found.push(element.getAttribute(name) ?? '');
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '');
    }
    return found;
  });
  return [...new Set(strings.flatMap((text) => text.match(/\p{Script=Latin}[\p{Script=Latin}\w.-]*/gu) ?? []))];
}

async function expectAllChinese(page: Page) {
  await expectChinese(page);
  const left = (await latinWords(page)).filter((word) => {
    const [name = ''] = word.split(/[.]$/);
    return !names.has(name) && !/^f\d+$/.test(name);
  });
  expect(left).toEqual([]);
}

async function expectNoFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

async function openWithoutModel(page: Page, address = '#/language') {
  await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await openPage(page, address);
}

test('the search for English words finds those of the English page', async ({ page }) => {
  await openPage(page, '');
  await expect(page.getByTestId('step')).toContainText('joint distribution');
  await page.locator('html').evaluate((html) => html.setAttribute('lang', 'zh'));
  const words = await latinWords(page);
  for (const word of ['Evidence', 'Skip', 'probability', 'dark', 'sums', 'Zoom']) expect(words).toContain(word);
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in Chinese and the ${colorScheme} theme`, () => {
    test.use({ locale: 'zh-CN', colorScheme });

    test('the panel of independence is all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&target=tub&panel=independence&y=smoke&z=dysp&e.dysp=yes&e.bronc=no');
      await expect(page.getByTestId('structural')).toContainText('否：d-连通');
      await expect(page.getByTestId('trail').first()).toContainText('其后代 dysp 已知');
      await expectAllChinese(page);
      await expectNoFindings(page);
      await openPage(page, '#/bayes?net=homework-structure&target=B&panel=independence&y=E');
      await expect(page.getByTestId('numeric')).toContainText('没有数值');
      await expect(page.getByTestId('trail')).toContainText('在 A 处被阻断');
      await expectAllChinese(page);
      await openPage(page, '#/bayes?net=asia&target=tub&panel=independence&y=&z=dysp');
      await expect(page.getByTestId('dependent')).toContainText('6 个');
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('the steps of an elimination are all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&step=0');
      const detail = page.getByTestId('step');
      const next = page.getByRole('button', { name: '下一步' });
      await expect(detail).toContainText('联合分布等于');
      await expectAllChinese(page);
      await next.click();
      await expect(detail).toContainText('剩余因子');
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('a cell, the interaction graph and orders compared are all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=homework&e.W=w&target=B&o=E&o=A&o=H&step=2&phase=sum');
      await page.getByRole('grid', { name: 'f2(B,H,W=w) 的表' }).locator('[data-cell="1"]').click();
      await expect(page.getByTestId('fill-in')).toHaveText('消去 A 增加 1 条填充边：B – H。');
      await expectAllChinese(page);
      await page.getByRole('group', { name: '交互图的显示方式' }).getByText('列出').click();
      await page.getByRole('slider').press('Home');
      await expectAllChinese(page);
      await page.getByText('比较顺序').click();
      await expect(page.getByRole('button', { name: /^采用顺序 最小填充/ })).toBeVisible();
      await expectAllChinese(page);
      await page.getByText('测验').click();
      for (const verdict of ['当前顺序接着消去 E', '去掉 E 即为 {A, B}', '再相加']) {
        await page.getByRole('button', { name: '告诉我答案' }).click();
        await expect(page.getByTestId('verdict')).toContainText(verdict);
        await expectAllChinese(page);
        if (verdict !== '再相加') await page.getByRole('button', { name: '下一题' }).click();
      }
      await expectNoFindings(page);
    });

    test('a joint, a likelihood and orders compared are all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&target=lung&e.smoke=yes&l.asia=0.9+0.3');
      await expect(page.getByText('λ(asia)：各状态的似然')).toBeVisible();
      await expectAllChinese(page);
      await openPage(page, '#/bayes?net=homework&e.W=w&target=B&ev=compare');
      await expect(page.getByRole('button', { name: /^采用顺序 最小填充/ })).toBeVisible();
      await expectNoFindings(page);
      await openPage(page, '#/bayes?net=homework&e.W=w&e.A=a&e.B=b&e.E=e&e.H=h&target=B');
      await expect(page.getByText('所有变量均已知')).toBeVisible();
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('the result and the table twin are all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.xray=yes&target=tub&step=99');
      await expect(page.getByTestId('step')).toContainText('再除以总和');
      await page.getByText('表格', { exact: true }).click();
      await expect(page.getByRole('button', { name: '观测 tub = yes' })).toBeVisible();
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('the editing of a network is all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&target=dysp');
      await page.getByRole('button', { name: '编辑', exact: true }).first().click();
      const cell = page.locator('[data-at="0/0"]');
      await cell.click();
      await page.keyboard.press('Delete');
      await expect(page.getByTestId('unfinished')).toContainText('合计不为 1');
      await page.getByRole('button', { name: '添加状态' }).click();
      await page.getByRole('button', { name: '锁定此行' }).click();
      await page.getByRole('button', { name: '连接…' }).click();
      const form = page.getByRole('form', { name: '绘制箭头' });
      await form.getByRole('combobox', { name: '从' }).selectOption('dysp');
      await form.getByRole('combobox', { name: '到' }).selectOption('smoke');
      await form.getByRole('button', { name: '绘制箭头' }).click();
      await expect(page.getByTestId('refusal')).toContainText('dysp → smoke → bronc → dysp 会构成环');
      await page.getByRole('button', { name: '导出' }).click();
      await expect(page.getByRole('button', { name: 'PNG 图片' })).toBeVisible();
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('what is known and what to observe next are all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.dysp=yes&do.either=yes&l.xray=0.8+0.2&target=lung&panel=observe');
      await expect(page.getByTestId('observe')).toContainText('预期能提供');
      await expectAllChinese(page);
      await page.getByRole('button', { name: '编辑 xray ∝ (0.8, 0.2)' }).click();
      await expect(page.getByRole('dialog', { name: 'xray 的似然' })).toBeVisible();
      await expectAllChinese(page);
      await page.keyboard.press('Escape');
      await stateButton(page, 'smoke', 'yes').click({ button: 'right' });
      await expect(page.getByRole('menuitem', { name: '观测 smoke = yes' })).toBeVisible();
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('its problems are all Chinese, but for what the core says', async ({ page }) => {
      await openPage(page, '#/bayes?net=asia&e.lung=yes&e.either=no&target=lung');
      await expect(page.getByRole('alert')).toContainText('项观测不可能同时出现');
      await expectAllChinese(page);
      await expectNoFindings(page);
      await dropFiles(page, [{ name: 'broken.bif', content: 'network broken {' }]);
      await expect(page.getByRole('alert').filter({ hasText: '无法打开此文件' })).toContainText('broken.bif:1');
      await expectAllChinese(page);
      await openPage(page, '#/bayes?net=homework-structure&e.W=w&target=W');
      await expect(page.getByText('W 已被观测，无需查询')).toBeVisible();
      await expect(page.getByText('此网络没有数值')).toBeVisible();
      await expectAllChinese(page);
    });

    test('the view of tokens is all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/tokens');
      await page.getByRole('textbox', { name: '文本', exact: true }).fill('12 12!');
      await expect(page.getByTestId('token-count')).toHaveText(/^[2-6]$/);
      await expect(page.getByTestId('merges')).toContainText('合并过程');
      await expectAllChinese(page);
      await page.getByText('表格', { exact: true }).click();
      await expectAllChinese(page);
      await page.getByRole('tab', { name: '比较' }).click();
      await expect(page.getByTestId('comparison')).toContainText('仅字节');
      await expectNoFindings(page);
      await page.getByRole('tab', { name: '学习' }).click();
      await page.getByRole('textbox', { name: '用于学习的文本' }).fill('12 12 12');
      await page.getByRole('button', { name: '学习', exact: true }).click();
      await expect(page.getByTestId('training')).toContainText('再没有足够频繁的相邻对');
      await expectAllChinese(page);
      await expectNoFindings(page);
      await dropFiles(page, [{ name: 'broken.json', content: '{' }]);
      await expect(page.getByRole('alert').filter({ hasText: '无法打开此文件' })).toContainText('broken.json:1');
      await expectAllChinese(page);
    });

    test('the naive Bayes view is all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/naive');
      await expect(page.getByTestId('p 1')).toHaveText('0.7009345794');
      await page.getByText('训练结果').click();
      await page.getByText('按键', { exact: true }).click();
      await expectAllChinese(page);
      await expectNoFindings(page);
      await page.getByRole('region', { name: '计算过程' }).getByText('表格', { exact: true }).click();
      await page.getByRole('button', { name: '添加一列' }).click();
      await page.getByRole('button', { name: '粘贴…' }).click();
      await expect(page.getByTestId('rows')).toContainText('x5');
      await expectAllChinese(page);
      await dropFiles(page, [{ name: 'broken.csv', content: 'a,b\n1' }]);
      await expect(page.getByRole('alert')).toContainText('broken.csv:2:1');
      await expectAllChinese(page);
      await page.getByRole('button', { name: '是不是垃圾邮件？' }).click();
      await expect(page.getByTestId('contributions')).toContainText('free');
      await page.getByText('按是否出现（伯努利）').click();
      await expect(page.getByTestId('contributions')).toContainText('未出现的词');
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('the factor workbench is all Chinese, and axe finds nothing', async ({ page }) => {
      await openPage(page, '#/bayes?net=homework&e.W=w&target=B&panel=factors');
      await page.getByRole('button', { name: '当前查询的因子' }).click();
      const cards = page.getByRole('region', { name: '因子画板' }).getByRole('article');
      await expect(cards).toHaveCount(4);
      await page.getByRole('button', { name: '相乘' }).click();
      await expect(cards).toHaveCount(5);
      await cards.last().getByRole('button', { name: /：/ }).first().focus();
      await page.getByRole('button', { name: '代入证据…' }).click();
      await page.getByRole('button', { name: '手动输入…' }).click();
      await expectAllChinese(page);
      await expectNoFindings(page);
      await page.getByRole('button', { name: '网络中的因子…' }).click();
      await page.getByRole('button', { name: '归一化…' }).click();
      await expectAllChinese(page);
    });

    test('the language view is all Chinese, and axe finds nothing', async ({ page }) => {
      await openWithoutModel(page);
      await expect(page.getByText('尚无模型')).toBeVisible();
      await dropFiles(page, [{ name: 'config.json', content: '{}' }]);
      await expect(page.getByRole('alert')).toContainText('缺少：tokenizer.json、model.safetensors');
      await expectAllChinese(page);
      await expectNoFindings(page);
    });

    test('the training of a model is all Chinese, and axe finds nothing', async ({ page }) => {
      await openWithoutModel(page, '#/language?panel=train&text=sums&n_layer=1&n_embd=16&batch_size=2&max_iters=20&eval_interval=10');
      await expect(page.getByTestId('size')).toContainText('13 个字符');
      await expectAllChinese(page);
      await page.getByRole('button', { name: '开始', exact: true }).click();
      await expect(page.getByTestId('phase')).toHaveText('已完成。');
      await expectAllChinese(page);
      await page.getByText('表格', { exact: true }).click();
      await page.getByRole('spinbutton', { name: /层数/ }).fill('');
      await expect(page.getByRole('alert')).toContainText('n_layer 尚未填写');
      await expectAllChinese(page);
      await expectNoFindings(page);
      await dropFiles(page, [{ name: 'trainer.json', content: '{}' }]);
      await expect(page.getByRole('alert').first()).toContainText('缺少');
      await expectAllChinese(page);
    });

    test('with a model, too', async ({ page }) => {
      test.skip(!command, 'the native command is not built (set LIKELORE_COMMAND, or build the preset release)');
      await openWithoutModel(page, '#/language?prompt=The&n=40');
      await expect(page.getByText('尚无模型')).toBeVisible();
      await dropFiles(page, checkpointFiles());
      await page.getByRole('button', { name: '生成' }).click();
      await expect(page.getByTestId('output')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
      await page.locator('.token').nth(3).hover();
      await expect(page.getByTestId('candidates')).toContainText('词元');
      await expect(page.getByTestId('speed')).toContainText('40 个词元');
      await expectAllChinese(page);
      await expectNoFindings(page);
    });
  });

for (const lang of ['en', 'zh'])
  test(`a phone of 360 pixels has room for the bar in "${lang}"`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openPage(page, `#/bayes?net=asia&target=tub&step=1&lang=${lang}`);
    await expect(page.getByTestId('step')).toContainText(/Eliminate|消去/);
    await expectNoSidewaysScroll(page);
    for (const control of await page.getByRole('banner').locator('a, button').all()) {
      const box = (await control.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(360);
      // Nothing lies over it.
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      expect(await control.evaluate((element, { x, y }) => element.contains(document.elementFromPoint(x, y)), middle)).toBe(true);
    }
  });
