/**
 * Makes build/page, the page of the admission checker: static files that any web server can give out. `npm run
 * build:page` runs this, and prints what the page weighs.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { PAGE_CONTENT_SECURITY_POLICY } from '../../host/admission/page-headers.ts';
import { documentationPage } from './documentation.ts';
import { readExamples } from './examples.ts';
import { licencesOf } from './licences.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = join(ROOT, 'host/admission/page');

/** Pages of docs/ that the page links to. */
const DOCUMENTATION = ['findings', 'policy'] as const;

/** What the scripts and the styles may weigh: a page that is there at once over a slow line. */
const SIZE_MAX_BYTES = 700 * 1024;
const GZIPPED_SIZE_MAX_BYTES = 250 * 1024;
const WEIGHED = ['page.js', 'core-worker.js', 'page.css', 'index.html'] as const;

/** What the page weighs, in bytes, without the core and the pages of text. */
export interface PageSize {
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/**
 * Makes the page.
 * @param wasm path of the core that it is given
 * @param directory where it goes; what is there is replaced
 */
export async function bundlePage(wasm: string, directory: string): Promise<PageSize> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const core = await readFile(wasm);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { page: 'host/admission/page/main.ts', 'core-worker': 'host/admission/page/core-worker.ts' },
    outdir: directory,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    // The first with light-dark(), which page.css has.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    define: {
      BUILT_WITH_SHA256: JSON.stringify(createHash('sha256').update(core).digest('hex')),
      BUILT_EXAMPLES: JSON.stringify(await readExamples(join(ROOT, 'examples'))),
    },
  });
  await writeFile(join(directory, 'dvdi.wasm'), core);
  await writeFile(join(directory, 'licences.txt'), await licencesOf(ROOT, Object.keys(metafile.inputs)));
  await writeIndex(directory);
  await writeDocumentation(directory);
  for (const name of ['page.css', 'favicon.svg']) await copyFile(join(SOURCES, name), join(directory, name));
  return weigh(directory);
}

async function writeIndex(directory: string): Promise<void> {
  const index = await readFile(join(SOURCES, 'index.html'), 'utf8');
  const whole = index.replace('{{content-security-policy}}', PAGE_CONTENT_SECURITY_POLICY);
  await writeFile(join(directory, 'index.html'), whole);
}

async function writeDocumentation(directory: string): Promise<void> {
  for (const name of DOCUMENTATION) {
    const text = await readFile(join(ROOT, `docs/${name}.md`), 'utf8');
    const title = `${/^# (.+)$/m.exec(text)?.[1] ?? name} · dvdi`;
    const documentation = { title, text, contentSecurityPolicy: PAGE_CONTENT_SECURITY_POLICY };
    await writeFile(join(directory, `${name}.html`), documentationPage(documentation, DOCUMENTATION));
  }
}

async function weigh(directory: string): Promise<PageSize> {
  const files = await Promise.all(WEIGHED.map((name) => readFile(join(directory, name))));
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  const size = {
    bytes: sum(files.map((file) => file.byteLength)),
    gzippedBytes: sum(files.map((file) => gzipSync(file).byteLength)),
  };
  if (size.bytes <= SIZE_MAX_BYTES && size.gzippedBytes <= GZIPPED_SIZE_MAX_BYTES) return size;
  throw new Error(
    `the page may weigh ${SIZE_MAX_BYTES} bytes, gzipped ${GZIPPED_SIZE_MAX_BYTES}; ` +
      `it has ${size.bytes}, gzipped ${size.gzippedBytes}`,
  );
}

if (import.meta.main) {
  const { bytes, gzippedBytes } = await bundlePage(join(ROOT, 'build/dvdi.wasm'), join(ROOT, 'build/page'));
  const kibibytes = (size: number) => `${Math.ceil(size / 1024)} KiB`;
  console.log(`build/page: ${kibibytes(bytes)} without the core, ${kibibytes(gzippedBytes)} gzipped`);
}
