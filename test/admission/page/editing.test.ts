import { editorOf, textOf, useBrowser, verdictOf, write } from '../../support/page/browser.ts';

const browser = useBrowser();

const GOOD = '{\n  "DVDI_VOLUME_NAME": "data",\n  "DVDI_VOLUME_CONTAINERPATH": "/mnt/data"\n}';
/** Line 3 goes up; line 4 is a variable that does not exist. Before it is a text that UTF-8 counts differently. */
const BAD = '{\n  "NOTE": "grüße 😀", "DVDI_VOLUME_NAME": "data",\n  "DVDI_VOLUME_CONTAINERPATH": "/mnt/../etc"\n}';

test('starts with an example, and says what is wrong with it and where', async () => {
  const { page } = await browser.open();
  expect(await verdictOf(page)).toMatch(/^Denied: 4 errors/);
  const codes = await page.locator('.finding').evaluateAll((items) => items.map((item) => item.dataset.code));
  expect(codes).toEqual(
    expect.arrayContaining(['option-integer', 'option-without-value', 'path-parent', 'variable-unknown']),
  );
});

test('a finding stands at its line and its letters', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', BAD);
  await page.locator('.finding[data-code=path-parent]').waitFor();
  const marked = editorOf(page, 'Document').locator('.cm-lintRange-error');
  await expect(marked.allTextContents()).resolves.toEqual(['..']);
  const line = await marked.evaluate((mark) => mark.closest('.cm-line')?.textContent);
  expect(line).toContain('"DVDI_VOLUME_CONTAINERPATH"');
  expect(await page.locator('#document-editor .cm-lint-marker-error').count()).toBe(1);
});

test('a finding in the list leads to its place, also behind characters of several bytes', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', '{"NOTE": "grüße 😀", "DVDI_VOLUME_NAME": "data", "DVDI_VOLUME_NAME10": "x"}');
  await page.locator('.finding[data-code=variable-unknown] .finding-place').click();
  await page.keyboard.insertText('DVDI_VOLUME_DRIVER');
  expect(await textOf(page, 'Document')).toBe(
    '{"NOTE": "grüße 😀", "DVDI_VOLUME_NAME": "data", "DVDI_VOLUME_DRIVER": "x"}',
  );
});

test('the box beside a finding says what, how to mend it and where to read more', async () => {
  const { page, context } = await browser.open();
  await write(page, 'Document', BAD);
  await page.locator('#document-editor .cm-lintRange-error').hover();
  const box = page.locator('.cm-tooltip-lint');
  expect(await box.textContent()).toMatch(/Error: .*Write the path without \.\./);
  const opening = context.waitForEvent('page');
  await box.getByRole('link', { name: 'About path-parent' }).click();
  const explanation = await opening;
  await explanation.locator('h2#path-parent:target').waitFor();
});

test('a verdict follows the text', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', GOOD);
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  await write(page, 'Document', '{"DVDI_VOLUME_NAME": "data"');
  expect(await verdictOf(page)).toMatch(/^Denied: /);
  await page.locator('.finding[data-code=json-syntax]').waitFor();
});

test('a verdict follows the policy, and a policy that is not valid gives none', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', GOOD);
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  await write(page, 'Policy', '{"protectedPaths": ["/mnt"]}');
  expect(await verdictOf(page)).toMatch(/^Denied: /);
  await page.locator('.finding[data-code=path-protected]').waitFor();
  await write(page, 'Policy', '{\n  "protectedPath": ["/mnt"]}');
  expect(await verdictOf(page)).toBe('No verdict: The policy is not valid: 1 error');
  await page.getByRole('button', { name: 'Policy, line 2, column 4' }).waitFor();
  const marked = editorOf(page, 'Policy').locator('.cm-lintRange-error');
  await expect(marked.allTextContents()).resolves.toEqual(['protectedPath']);
  await write(page, 'Policy', '');
  expect(await verdictOf(page)).toMatch(/^Allowed/);
});

test('an exception of the policy holds by the clock of the browser, and is told with its reason', async () => {
  const { page } = await browser.open();
  await page.clock.setFixedTime('2026-06-30T12:00:00Z');
  await write(page, 'Document', '{"DVDI_VOLUME_NAME": "data", "DVDI_VOLUME_OPTS": "size=5G"}');
  const exceptions = (expires: string) =>
    JSON.stringify({ exceptions: [{ code: 'option-integer', reason: 'until the move', expires }] });
  await write(page, 'Policy', exceptions('2026-07-01'));
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  expect(await page.locator('.finding[data-code=option-integer]').textContent()).toContain(
    'Excepted by the policy: until the move (until 2026-07-01)',
  );
  await write(page, 'Policy', exceptions('2026-06-29'));
  expect(await verdictOf(page)).toMatch(/^Denied/);
});

test('the kind can be named, and its name is what is judged by', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', '{"id": "/web", "env": {"DVDI_VOLUME_NAME": "data"}}');
  await page.locator('#verdict-detected', { hasText: /^marathon-app/ }).waitFor();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('environment');
  await page.locator('#verdict-detected', { hasText: /^environment/ }).waitFor();
});

test('the plan is drawn in the order of its steps, and listed', async () => {
  const { page } = await browser.open();
  await page.getByRole('combobox', { name: 'Example' }).first().selectOption('two-volumes.json');
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  const drawn = await page.locator('.graph .step-what').allTextContents();
  expect(drawn.filter((text) => text.endsWith('Mount volume'))).toHaveLength(2);
  await page.getByText('Steps in words').click();
  const listed = await page.locator('.steps li').allTextContents();
  expect(listed).toHaveLength(drawn.length);
  expect(listed).toContainEqual(expect.stringMatching(/^Mount volume: testing of platform1 \(size=5,.*\), /));
  await expect(page.locator('.volumes li').allTextContents()).resolves.toEqual([
    'testing of platform1 at /tmp/dvdi-example/testing',
    'testing2 of platform2 at /tmp/dvdi-example/testing2',
  ]);
});

test('values that are secret are not in the plan', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', '{"DVDI_VOLUME_NAME": "data", "DVDI_VOLUME_OPTS": "size=5,password=hunter2"}');
  await page.locator('.graph').waitFor();
  await page.getByText('Steps in words').click();
  expect(await page.locator('#plan').textContent()).toContain('password=•••');
  expect(await page.locator('#plan').textContent()).not.toContain('hunter2');
});

test('what a document says never becomes a part of the page', async () => {
  const { page } = await browser.open();
  const name = '<img src=x onerror=alert(1)>\\u202e';
  await write(page, 'Document', `{"id": "/web", "env": {"DVDI_VOLUME_NAME": "${name}"}}`);
  await page.locator('.finding').first().waitFor();
  expect(await page.locator('main img[src]').count()).toBe(0);
  expect(await page.locator('#findings').textContent()).not.toMatch(/\u202e/);
});

describe('a fix', () => {
  const WRONG = '{\n    "DVDI_VOLUME_NAME": "data",\n    "DVDI_VOLUME_OPTS": "size=5,overwritefs=TRUE"\n}';
  const MENDED = WRONG.replace('TRUE', 'true');

  test('from the list mends the text in place, and is undone as one step', async () => {
    const { page } = await browser.open();
    await write(page, 'Document', WRONG);
    expect(await verdictOf(page)).toMatch(/^Denied: 1 error\b/);
    await page.getByRole('button', { name: 'Apply fix' }).click();
    expect(await textOf(page, 'Document')).toBe(MENDED);
    expect(await verdictOf(page)).toMatch(/^Allowed/);
    await page.keyboard.press('Control+Z');
    expect(await textOf(page, 'Document')).toBe(WRONG);
  });

  test('from the box beside the finding does the same', async () => {
    const { page } = await browser.open();
    await write(page, 'Document', WRONG);
    await page.locator('#document-editor .cm-lintRange-error').hover();
    await page.locator('.cm-tooltip-lint').getByRole('button', { name: 'Apply fix' }).click();
    expect(await textOf(page, 'Document')).toBe(MENDED);
    expect(await verdictOf(page)).toMatch(/^Allowed/);
  });
});
