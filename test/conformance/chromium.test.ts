import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PAGE_DIRECTORY, useBrowser } from '../support/page/browser.ts';
import { answersTo, type CoreAnswers } from '../support/page/core-calls.ts';
import { coreCalls } from '../support/page/core-cases.ts';

const browser = useBrowser();

/** The calls of host/core as one script for a browser. */
async function callsForBrowser(): Promise<string> {
  const source = join(import.meta.dirname, '../support/page/core-calls.ts');
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

test('every case has the same bytes for an answer in Node and in Chromium', async () => {
  const wasm = (await readFile(join(PAGE_DIRECTORY, 'dvdi.wasm'))).toString('base64');
  const calls = await coreCalls();
  const inNode = await answersTo(wasm, calls);
  const { page } = await browser.open();
  await page.evaluate(await callsForBrowser());
  const inChromium: CoreAnswers = await page.evaluate(
    ([file, all]) => (globalThis as unknown as { answersTo: typeof answersTo }).answersTo(file, all),
    [wasm, calls] as const,
  );
  const differing = calls.filter((_, index) => `${inNode[index]}` !== `${inChromium[index]}`);
  expect(differing.map(({ call, name }) => `${call} ${name}`)).toEqual([]);
  expect(inChromium).toHaveLength(calls.length);
  // That there are answers at all, of each call.
  const answered = new Set(calls.filter((_, index) => (inNode[index]?.[1]?.length ?? 0) > 40).map(({ call }) => call));
  expect([...answered].sort()).toEqual([
    'admit',
    'cleanup',
    'exportCheckpoint',
    'importCheckpoint',
    'inspect',
    'prepare',
    'recover',
  ]);
});
