import { editorOf, textOf, useBrowser, verdictOf, write } from '../../support/page/browser.ts';
import { falseCore } from '../../support/page/false-core.ts';
import { waitFor } from '../../support/wait-for.ts';

const browser = useBrowser();

/** Longer than the page waits for an answer. */
const PATIENCE_MS = 15_000;

test('a trap is shown with its text, the texts stay, and the core can be started again', async () => {
  const { page, server } = await browser.open({ replaced: { 'dvdi.wasm': falseCore('trap') } });
  const fault = page.getByRole('alert', { name: 'The core gave no answer' });
  await fault.waitFor();
  expect(await fault.textContent()).toContain(
    'core-fault: the core failed: the ledger of this test is never balanced (assembly/false.ts:7:1)',
  );
  expect(await fault.textContent()).toMatch(/SHA-256 of the document, to report it by: [0-9a-f]{64}/);
  expect(await verdictOf(page)).toBe('No verdict: The core gave no answer.');
  expect(await textOf(page, 'Document')).toContain('"mistakes"');
  const loads = () => server.asked.filter((name) => name === 'dvdi.wasm').length;
  expect(loads()).toBe(1);
  await page.getByRole('button', { name: 'Start the core again' }).click();
  await waitFor('the core to be loaded again', () => (loads() === 2 ? true : undefined));
  await fault.waitFor();
});

test('a core that never answers is ended, and the page stays usable', async () => {
  const { page } = await browser.open({ replaced: { 'dvdi.wasm': falseCore('hang') } });
  const fault = page.getByText(/^core-deadline: expected an answer of the core within 3000 ms, got none/);
  await fault.waitFor({ timeout: PATIENCE_MS });
  await editorOf(page, 'Document').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('{}');
  expect(await textOf(page, 'Document')).toBe('{}');
});

test('another file than the one that the page was built with is told apart', async () => {
  const { page } = await browser.open({ replaced: { 'dvdi.wasm': falseCore('trap') } });
  expect(await page.locator('#core').textContent()).toContain(
    'another file than the one that this page was built with',
  );
});

test.each([
  ['no WebAssembly at all', Buffer.from('<!doctype html>'), /^core-abi: expected a core, got a file that is no WebAss/],
])('%s instead of the core', async (_, bytes, message) => {
  const { page } = await browser.open({ replaced: { 'dvdi.wasm': bytes }, isLoading: false });
  await page.getByText(message).waitFor();
  expect(await verdictOf(page)).toBe('No verdict: The core gave no answer.');
});

test('a document larger than any request is told as such, and a smaller one is judged again', async () => {
  const { page } = await browser.open();
  await write(page, 'Document', `{"DVDI_VOLUME_NAME": "${'x'.repeat(1024 * 1024)}"}`);
  expect(await verdictOf(page)).toMatch(/^Denied: /);
  expect(await page.locator('.finding').first().getAttribute('data-code')).toBe('document-too-large');
  await write(page, 'Document', '{"DVDI_VOLUME_NAME": "data"}');
  expect(await verdictOf(page)).toMatch(/^Allowed/);
});
