import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startService, useServices } from '../../support/admission-service.ts';
import { exchange } from '../../support/http-exchange.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
useServices();

async function startWithPage(): Promise<string> {
  await mkdir(join(directory.path, 'parts'));
  await writeFile(join(directory.path, 'index.html'), '<!doctype html>');
  await writeFile(join(directory.path, 'parts/core.wasm'), 'wasm');
  await writeFile(join(directory.path, 'secret.key'), 'not for the page');
  return (await startService({ pageDirectory: directory.path })).url;
}

test('is served by its exact paths, with its types and a strict policy for content', async () => {
  const url = await startWithPage();
  for (const path of ['/', '/index.html']) {
    const { status, headers, body } = await exchange(`${url}${path}`);
    expect([status, body.toString(), headers['content-type']]).toEqual([
      ...[200, '<!doctype html>', 'text/html; charset=utf-8'],
    ]);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
  }
  expect((await exchange(`${url}/parts/core.wasm`)).headers['content-type']).toBe('application/wasm');
  expect((await exchange(`${url}/secret.key`)).status).toBe(404);
  expect((await exchange(`${url}/parts`)).status).toBe(404);
});

test('is not sent again to who has it', async () => {
  const url = await startWithPage();
  const { headers } = await exchange(`${url}/`);
  const etag = headers.etag ?? '';
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  const known = await exchange(`${url}/`, { headers: { 'if-none-match': `"other", ${etag}` } });
  expect([known.status, known.body.byteLength, known.headers.etag]).toEqual([304, 0, etag]);
  expect((await exchange(`${url}/`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('is not there where it was not built', async () => {
  const { url } = await startService({ pageDirectory: join(directory.path, 'nowhere') });
  expect((await exchange(`${url}/`)).status).toBe(404);
});
