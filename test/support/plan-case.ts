import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../host/core/documents.ts';

const CASES = join(import.meta.dirname, '../cases');
const LINE_FEED = 0x0a;

/** A case of test/cases/prepare or test/cases/cleanup; test/cases/README.md describes the files. */
export interface PlanCase {
  readonly call: 'prepare' | 'cleanup';
  /** `topic/name`. */
  readonly name: string;
  /** null for the defaults. */
  readonly policy: Buffer | null;
  /** The bytes that the core is given. */
  readonly request: Buffer;
  readonly expected: Plan;
}

/** Every case of a call, in the order of their names. */
export async function readPlanCases(call: PlanCase['call']): Promise<PlanCase[]> {
  const entries = await readdir(join(CASES, call), { recursive: true });
  const names = entries.filter((entry) => /^[^/]+\/[^/]+$/.test(entry)).sort();
  return Promise.all(names.map((name) => readPlanCase(call, name)));
}

async function readPlanCase(call: PlanCase['call'], name: string): Promise<PlanCase> {
  const directory = join(CASES, call, name);
  const files = await readdir(directory);
  const read = async (file: string) => (files.includes(file) ? readFile(join(directory, file)) : null);
  const ledger = await read('ledger.json');
  const request =
    call === 'prepare'
      ? prepareRequest(await read('header.json'), ledger, await read('input.json'))
      : ((await read('request.json')) ?? Buffer.from(`{"container":"case","ledger":${ledger}}`));
  const expected = JSON.parse((await readFile(join(directory, 'expected.json'))).toString()) as Plan;
  return { call, name, policy: await read('policy.json'), request, expected };
}

function prepareRequest(header: Buffer | null, ledger: Buffer | null, input: Buffer | null): Buffer {
  const rows = ledger ?? '{"volumes":[]}';
  const line = onOneLine(header ?? Buffer.from(`{"container":"case","kind":0,"ledger":${rows}}`));
  return input === null ? line : Buffer.concat([line, Buffer.of(LINE_FEED), input]);
}

// A line feed in JSON is never part of a value, so a space in its place changes nothing, positions included.
function onOneLine(json: Buffer): Buffer {
  return Buffer.from(json.map((byte) => (byte === LINE_FEED ? 0x20 : byte)));
}
