/**
 * The core, beside the page and not in it: a document that takes long never stops the keys, and the page can end it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Core, CoreError } from '../../core/index.ts';
import type { CheckFailure, CheckRequest, WorkerMessage } from './checking.ts';
import { judge } from './judge.ts';

/** Where the core lies: beside this file. */
const CORE_URL = new URL('dvdi.wasm', import.meta.url);

const loading = load();
loading.then(
  ({ message }) => say(message),
  (error: unknown) => say({ about: 'core-not-loaded', failure: failureOf('core-not-loaded', error, null) }),
);

addEventListener('message', async ({ data }: MessageEvent<CheckRequest>) => {
  const loaded = await loading.catch(() => null);
  // That it could not be loaded has been said already.
  if (loaded === null) return;
  try {
    say({ about: 'check', id: data.id, check: judge(loaded.core, data) });
  } catch (error) {
    say({ about: 'failure', id: data.id, failure: failureOf('core-fault', error, data.document) });
  }
});

async function load(): Promise<{ readonly core: Core; readonly message: WorkerMessage }> {
  const response = await fetch(CORE_URL);
  if (!response.ok) throw new Error(`expected dvdi.wasm beside the page, got status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const core = await Core.load(bytes);
  // Not by crypto.subtle, which there is none of on a page that comes by plain http.
  const loaded = { description: core.describe(), sha256: bytesToHex(sha256(bytes)), sizeBytes: bytes.byteLength };
  return { core, message: { about: 'core', core: loaded } };
}

function failureOf(code: string, error: unknown, document: string | null): CheckFailure {
  return {
    code: error instanceof CoreError ? error.code : code,
    message: error instanceof Error ? error.message : String(error),
    documentSha256: document === null ? null : bytesToHex(sha256(utf8ToBytes(document))),
  };
}

function say(message: WorkerMessage): void {
  postMessage(message);
}
