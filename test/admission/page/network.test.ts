import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_CONTENT_SECURITY_POLICY, PAGE_HEADERS } from '../../../host/admission/page-headers.ts';
import { PAGE_DIRECTORY, useBrowser, verdictOf, write } from '../../support/page/browser.ts';

const browser = useBrowser();

test('loads its own six files and asks for nothing else, whatever is done', async () => {
  const { page, context, server, requests } = await browser.open();
  const loaded = requests.length;
  await context.setOffline(true);
  await write(page, 'Document', '{"DVDI_VOLUME_NAME": "data", "DVDI_VOLUME_CONTAINERPATH": "/mnt/data"}');
  expect(await verdictOf(page)).toMatch(/^Allowed/);
  await page.locator('.graph').waitFor();
  await write(page, 'Policy', '{"strict": 1}');
  expect(await verdictOf(page)).toMatch(/^No verdict: /);
  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByRole('textbox', { name: 'Link' }).waitFor();
  expect(requests.slice(loaded)).toEqual([]);
  expect(requests.filter((address) => !address.startsWith(server.address))).toEqual([]);
  expect([...new Set(server.asked)].sort()).toEqual([
    'core-worker.js',
    'dvdi.wasm',
    'favicon.svg',
    'index.html',
    'page.css',
    'page.js',
  ]);
});

test('shows the hash of the file that decides', async () => {
  const { page } = await browser.open();
  const bytes = await readFile(join(PAGE_DIRECTORY, 'dvdi.wasm'));
  expect(await page.locator('#core-hash').textContent()).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(await page.locator('#core').textContent()).toContain('the file that this page was built with');
});

test.each(['index.html', 'findings.html', 'policy.html'])(
  '%s has the policy for content, and nothing inline',
  async (name) => {
    const html = await readFile(join(PAGE_DIRECTORY, name), 'utf8');
    const stated = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(stated).toBe(PAGE_CONTENT_SECURITY_POLICY);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?! type="module" src="page\.js"><)/i);
    // The namespace of SVG is a name and no address.
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  },
);

test('the policy for content lets no script of another kind, no inline style and no other origin in', () => {
  expect(PAGE_CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; /);
  expect(PAGE_CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:|data:|\*/);
});

test('works under the headers that dvdi serve sends, its worker included, and in no frame', async () => {
  const { page, server } = await browser.open({ headers: PAGE_HEADERS });
  expect(await verdictOf(page)).toMatch(/^Denied: 4 errors/);
  const response = await page.request.get(`${server.address}core-worker.js`);
  expect(response.headers()['content-security-policy']).toMatch(/; frame-ancestors 'none'$/);
});

test('a page that comes by plain http from another machine shows the hash, too', async () => {
  // Chromium takes addresses of this machine for as good as https, but no name that only ends in .test.
  const { page, context, server } = await browser.open();
  await context.route('http://page.test/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await context.request.get(`${server.address}${pathname.slice(1)}`) });
  });
  await page.goto('http://page.test/');
  await page.locator('#core-hash').waitFor();
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  expect(await verdictOf(page)).toMatch(/^Denied: 4 errors/);
  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByText(/^The browser does not let the page copy/).waitFor();
});
