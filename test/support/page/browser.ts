import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type StaticServer, serveFolder } from './static-server.ts';

/** Debian's, which the Makefile installs. */
const CHROMIUM = '/usr/bin/chromium';
const START_TIMEOUT_MS = 60_000;
/** Longest time for anything on a page: what takes longer there does not happen. */
const STEP_TIMEOUT_MS = 10_000;
const TEST_TIMEOUT_MS = 60_000;

/** The page as `make build` made it. */
export const PAGE_DIRECTORY = join(import.meta.dirname, '../../../build/page');

/** What a test has of a browser that is open. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: StaticServer;
  /** Every address that the page, its workers and its pages of text asked for. */
  readonly requests: string[];
}

/** How a page is opened. */
export interface PageOptions extends BrowserContextOptions {
  /** With its `#`. */
  readonly fragment?: string;
  /** Files that have other bytes than the page's own, by name. */
  readonly replaced?: Readonly<Record<string, Uint8Array>>;
  /** What the server sends with every file. */
  readonly headers?: Readonly<Record<string, string>>;
  /** False: the core will not come. */
  readonly isLoading?: boolean;
}

/**
 * One Chromium for a test file. After each test everything that was opened is closed, and nothing may have gone wrong
 * on the way: no error, nothing on the console, nothing that the policy for content refused.
 */
export function useBrowser(): { open(options?: PageOptions): Promise<OpenPage> } {
  let browser: Browser;
  let opened: (() => Promise<void>)[] = [];
  let complaints: string[] = [];
  jest.setTimeout(TEST_TIMEOUT_MS);

  beforeAll(async () => {
    // Root has no sandbox of Chromium's; what is opened is our own.
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args, timeout: START_TIMEOUT_MS });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await browser.close();
  });

  afterEach(async () => {
    for (const close of opened) await close();
    const found = complaints;
    opened = [];
    complaints = [];
    expect(found).toEqual([]);
  });

  return {
    async open({ fragment = '', replaced = {}, headers = {}, isLoading = true, ...options } = {}) {
      const server = await serveFolder(PAGE_DIRECTORY, replaced, headers);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      opened.push(async () => {
        await context.close();
        await server[Symbol.asyncDispose]();
      });
      context.setDefaultTimeout(STEP_TIMEOUT_MS);
      const requests: string[] = [];
      context.on('request', (request) => requests.push(request.url()));
      context.on('console', (message) => complaints.push(`console: ${message.text()}`));
      context.on('weberror', (error) => complaints.push(`error: ${error.error().stack}`));
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          console.error(`the policy for content refused ${blockedURI} by ${violatedDirective}`);
        });
      });
      const page = await context.newPage();
      await page.goto(`${server.address}${fragment}`);
      if (isLoading) await page.locator('#core-hash').waitFor();
      return { page, context, server, requests };
    },
  };
}

/** The editors by what a screen reader calls them. */
export function editorOf(page: Page, which: 'Document' | 'Policy') {
  return page.getByRole('textbox', { name: new RegExp(`^${which}`) });
}

/** Puts a text into an editor as a paste does, in place of what is there, and waits until it is judged. */
export async function write(page: Page, which: 'Document' | 'Policy', text: string): Promise<void> {
  const editor = editorOf(page, which);
  await editor.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  // insertText comes as one change: typed brackets and line feeds would be indented once more.
  if (text !== '') await page.keyboard.insertText(text);
  await judged(page);
}

/** Waits until what the page says is about the texts as they stand there. */
export async function judged(page: Page): Promise<void> {
  await page.locator('#verdict[aria-busy=false]').waitFor();
}

/** The text of an editor, from its lines. */
export async function textOf(page: Page, which: 'Document' | 'Policy'): Promise<string> {
  const lines = await editorOf(page, which).locator('.cm-line').allTextContents();
  return lines.join('\n');
}

/** What the page says, once it is about the texts as they stand there: `Denied: 2 errors`. */
export async function verdictOf(page: Page): Promise<string> {
  await judged(page);
  const texts = await page.locator('#verdict-word, #verdict-summary').allTextContents();
  return texts.join(': ');
}
