import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../../support/page/axe.ts';
import { judged, textOf, useBrowser, verdictOf, write } from '../../support/page/browser.ts';

const browser = useBrowser();

/** What has the keys, as a screen reader would call it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (active === null || active === document.body) return 'nothing';
    const labels = (active as HTMLInputElement).labels;
    const label = active.getAttribute('aria-label') ?? labels?.[0]?.querySelector('span')?.textContent;
    return (label ?? active.textContent ?? '').trim();
  });

/** Goes on with Tab until something of that name has the keys. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 40) {
    await page.keyboard.press('Tab');
    const name_ = await focused(page);
    if (name.test(name_)) return;
    passed.push(name_);
  }
  throw new Error(`expected to come to ${name} by Tab, came to ${passed.join(', ')}`);
}

const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test('nothing is wrong with findings, a plan, the dialog and a fault of the policy', async () => {
    const { page } = await browser.open({ colorScheme });
    await judged(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('#document-examples').selectOption('two-volumes.json');
    await judged(page);
    await page.getByText('Steps in words').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('#share').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('#share-close').click();
    await write(page, 'Policy', '{"strict": "yes", "drivers": 1}');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('nothing is wrong with the pages of text', async () => {
    const { page, server } = await browser.open({ colorScheme });
    for (const name of ['findings.html', 'policy.html']) {
      await page.goto(`${server.address}${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });
});

test('the colours can be chosen, and the choice is kept', async () => {
  const { page } = await browser.open({ colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
  expect(await ground()).not.toBe(light);
  await page.reload();
  expect(await ground()).not.toBe(light);
  await page.getByRole('combobox', { name: 'Colours' }).selectOption('system');
  expect(await ground()).toBe(light);
});

test('everything is done by keys alone', async () => {
  const { page } = await browser.open();
  await tabTo(page, /^Skip to the document$/);
  await page.keyboard.press('Enter');
  expect(await focused(page)).toBe('Document, JSON');
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('{"DVDI_VOLUME_NAME": "data",\n"DVDI_VOLUME_CONTAINERPATH": "/mnt/../data"}');
  expect(await verdictOf(page)).toMatch(/^Denied: 1 error\b/);

  // Tab leaves the editor, in both directions.
  await page.keyboard.press('Shift+Tab');
  expect(await focused(page)).toBe('Kind');
  await tabTo(page, /^Document, JSON$/);
  await tabTo(page, /^Policy, JSON/);
  await tabTo(page, /^Document, line 2, column 36$/);
  await page.keyboard.press('Enter');
  expect(await focused(page)).toBe('Document, JSON');
  await page.keyboard.insertText('.');
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  expect(await textOf(page, 'Document')).toContain('"/mnt/./data"');

  await tabTo(page, /^Plan, drawn$/);
  await tabTo(page, /^Steps in words$/);
  await page.keyboard.press('Enter');
  await page.locator('.steps').waitFor();

  await page.locator('#skip').focus();
  await tabTo(page, /^Share…$/);
  await page.keyboard.press('Enter');
  await page.locator('#share-dialog[open]').waitFor();
  expect(await focused(page)).toBe('Link');
  await page.keyboard.press('Escape');
  expect(await focused(page)).toBe('Share…');
});

test('F8 goes to the next finding, and the editor says so', async () => {
  const { page } = await browser.open();
  await judged(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('F8');
  await page.locator('.cm-tooltip-lint, .cm-panel-lint').first().waitFor();
  const described = await page.getByRole('textbox', { name: 'Document, JSON' }).evaluate((editor) => {
    const root = editor.getRootNode() as ShadowRoot;
    return root.getElementById(editor.getAttribute('aria-describedby') ?? '')?.textContent;
  });
  expect(described).toMatch(/^Tab leaves the editor\..*F8 goes to the next finding\.$/);
});

test('a change of the verdict is told politely, and words say it beside the colour', async () => {
  const { page } = await browser.open();
  await judged(page);
  const status = page.getByRole('status').first();
  await expect(status.textContent()).resolves.toMatch(/Denied\s+4 errors/);
  const words = await page.locator('#findings .finding-head strong').allTextContents();
  expect(words.filter((word) => word === 'Error')).toHaveLength(4);
  expect(words.filter((word) => !/^(?:Error|Warning|Note)$/.test(word))).toEqual([]);
  expect(await page.locator('main').getByRole('region').count()).toBe(6);
});

test.each([360, 768])('a page of %d pixels does not scroll sideways', async (width) => {
  const { page } = await browser.open({ viewport: { width, height: 740 }, reducedMotion: 'reduce' });
  await judged(page);
  expect(await isTooWide(page)).toBe(false);
  await page.locator('#document-examples').selectOption('two-volumes.json');
  await judged(page);
  expect(await isTooWide(page)).toBe(false);
  await page.locator('#share').click();
  expect(await isTooWide(page)).toBe(false);
});

test('nothing moves for those who do not want it', async () => {
  const { page } = await browser.open({ reducedMotion: 'reduce' });
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((each) => getComputedStyle(each).transitionDuration !== '0s'),
  );
  expect(moving).toHaveLength(0);
});
