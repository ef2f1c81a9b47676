import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Core, CoreError } from '../../host/core/index.ts';

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Types, one function of type 0: `() -> i32`. */
const ONE_FUNCTION = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f, 0x03, 0x02, 0x01, 0x00];
const EXPORTED_AS_ABI = [0x07, 0x07, 0x01, 0x03, 0x61, 0x62, 0x69, 0x00, 0x00];

/** A module whose function `abi` gives `major << 16`; of one byte, so 1 to 15. */
function moduleOfAbi(major: number, exported = EXPORTED_AS_ABI): Uint8Array<ArrayBuffer> {
  // i32.const of major << 16 in LEB128: 14 bits of zeros, then the rest.
  const code = [0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x80, 0x80, major << 2, 0x0b];
  return Uint8Array.from([...MAGIC, ...ONE_FUNCTION, ...exported, ...code]);
}

const importing = Uint8Array.from([
  ...MAGIC,
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x02, 0x07, 0x01, 0x01, 0x61, 0x01, 0x62, 0x00, 0x00],
]);
/** Exports a memory by the name of `abi`. */
const memoryAsAbi = Uint8Array.from([
  ...MAGIC,
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x07, 0x07, 0x01, 0x03, 0x61, 0x62, 0x69, 0x02, 0x00],
]);

async function failure(wasm: Uint8Array<ArrayBuffer>): Promise<CoreError> {
  const error = await Core.load(wasm).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CoreError)) throw new Error(`expected a CoreError, got ${String(error)}`);
  return error;
}

describe('what is no core', () => {
  test.each([
    ['an empty file', new Uint8Array(), /no WebAssembly module/],
    ['a text', new TextEncoder().encode('#!/bin/sh\n'), /no WebAssembly module/],
    ['half a module', moduleOfAbi(1).slice(0, 20), /no WebAssembly module/],
    ['a module that imports', importing, /imports nothing/],
    ['an empty module', Uint8Array.from(MAGIC), /exports abi/],
    ['a module with another thing by the name of abi', memoryAsAbi, /exports abi/],
    ['a module of ABI 2', moduleOfAbi(2), /ABI 1, got ABI 2/],
    ['a module of ABI 15', moduleOfAbi(15), /ABI 1, got ABI 15/],
  ])('%s: core-abi', async (_name, wasm, message) => {
    expect(await failure(wasm)).toMatchObject({ name: 'CoreError', code: 'core-abi', fault: null });
    expect((await failure(wasm)).message).toMatch(message);
  });

  test('the reason of the engine is the cause', async () => {
    expect((await failure(new Uint8Array())).cause).toMatchObject({ name: 'CompileError' });
  });
});

describe('what is a core', () => {
  const file = join(import.meta.dirname, '../../build/dvdi.wasm');

  test('its bytes', async () => {
    expect((await Core.load(await readFile(file))).describe().abi).toBe('1.2');
  });

  test('the module compiled from them, shared by two cores', async () => {
    const module = await WebAssembly.compile(await readFile(file));
    const [one, other] = [await Core.load(module), await Core.load(module)];
    one.configure('{"defaultDriver":"ceph"}');
    expect(one.inspect(0, '{"DVDI_VOLUME_NAME":"a"}').requests[0]?.driver).toBe('ceph');
    expect(other.inspect(0, '{"DVDI_VOLUME_NAME":"a"}').requests[0]?.driver).toBe('rexray');
  });
});
