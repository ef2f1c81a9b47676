import { deflateRawSync } from 'node:zlib';
import { STATE_SIZE_MAX_BYTES } from '../../../host/admission/page/share.ts';
import { judged, textOf, useBrowser, verdictOf, write } from '../../support/page/browser.ts';

const browser = useBrowser();

const fragmentOf = (text: string) => `#v1.${deflateRawSync(text).toString('base64url')}`;

test('a link brings document, policy and kind to another browser, and the server never sees them', async () => {
  const first = await browser.open();
  const document = '{\n  "DVDI_VOLUME_NAME": "grüße 😀"\n}';
  const policy = '{\n  "characters": "printable"\n}';
  await write(first.page, 'Document', document);
  await write(first.page, 'Policy', policy);
  await first.page.getByRole('combobox', { name: 'Kind' }).selectOption('environment');
  const verdict = await verdictOf(first.page);
  await first.page.getByRole('button', { name: 'Share…' }).click();
  const link = await first.page.getByRole('textbox', { name: 'Link' }).inputValue();
  const fragment = link.slice(link.indexOf('#'));
  expect(fragment).toMatch(/^#v1\.[\w-]+$/);

  const second = await browser.open({ fragment });
  await second.page.locator('#document-editor .cm-line', { hasText: 'grüße' }).waitFor();
  await judged(second.page);
  expect(await textOf(second.page, 'Document')).toBe(document);
  expect(await textOf(second.page, 'Policy')).toBe(policy);
  expect(await second.page.getByRole('combobox', { name: 'Kind' }).inputValue()).toBe('environment');
  expect(await verdictOf(second.page)).toBe(verdict);
  expect(second.server.asked.join(' ')).not.toContain('v1.');

  // What is written after it is no longer what the link says.
  await write(second.page, 'Document', '{}');
  expect(second.page.url()).not.toContain('#');
});

test('a link that is opened in a page that is open takes its place, and can be undone', async () => {
  const { page } = await browser.open();
  const before = await textOf(page, 'Document');
  const state = { document: '{"DVDI_VOLUME_NAME": "linked"}', policy: '', kind: 'detect' };
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    fragmentOf(JSON.stringify(state)),
  );
  await page.locator('#document-editor .cm-line', { hasText: 'linked' }).waitFor();
  await page.getByRole('textbox', { name: 'Document, JSON' }).click();
  await page.keyboard.press('Control+Z');
  expect(await textOf(page, 'Document')).toBe(before);
});

test('the link can be copied', async () => {
  const { page } = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByText('Copied.').waitFor();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test('texts that are too long for a link are not cut', async () => {
  const { page } = await browser.open();
  const noise = Array.from({ length: 60_000 }, (_, index) => ((index * 2_654_435_761) >>> 7).toString(36)).join('');
  await write(page, 'Document', `{"NOTE": "${noise}"}`);
  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByText(/^No link: expected a link of at most 65536 characters, got \d+/).waitFor();
  expect(await page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe('');
});

test.each([
  ['a bomb', fragmentOf('x'.repeat(STATE_SIZE_MAX_BYTES + 1)), 'bytes once decompressed, got more'],
  ['cut', fragmentOf('{"document":"{}","policy":"","kind":"detect"}').slice(0, -8), 'expected compressed text in it'],
])('a link that is %s changes nothing and is told', async (_, fragment, message) => {
  const { page } = await browser.open({ fragment });
  await page.getByRole('alert').filter({ hasText: 'The link could not be opened: ' }).waitFor();
  expect(await page.locator('#notice').textContent()).toContain(message);
  expect(await verdictOf(page)).toMatch(/^Denied: 4 errors/);
  expect(await textOf(page, 'Document')).toContain('"mistakes"');
});

test('a kind that the core does not know is detected, and markup in a link stays text', async () => {
  const state = { document: '<img src=x onerror=alert(1)>', policy: '', kind: '<b>' };
  const { page } = await browser.open({ fragment: fragmentOf(JSON.stringify(state)) });
  await page.locator('#document-editor .cm-line', { hasText: '<img src=x onerror=alert(1)>' }).waitFor();
  expect(await verdictOf(page)).toMatch(/^Denied: /);
  expect(await page.getByRole('combobox', { name: 'Kind' }).inputValue()).toBe('detect');
});
