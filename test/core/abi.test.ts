import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CoreExports, readResult, writeRequest } from '../../host/core/instance.ts';
import { loadCountingModule } from '../support/coverage/collect.ts';

const REQUEST_SIZE_MAX_BYTES = 4 * 1024 * 1024;
const MEMORY_MAX_PAGES = 512;
const DOCUMENT = new TextEncoder().encode('{"DVDI_VOLUME_NAME":"data"}');
const NO_FAULT = { message: null, file: null, line: null, column: null };

const built = await WebAssembly.compile(await readFile(join(import.meta.dirname, '../../build/dvdi.wasm')));
const counting = await loadCountingModule('dvdi.coverage');

/** The calls that take a request, with the same arguments before the buffer. */
const calls = ['configure', 'inspect', 'prepare', 'cleanup'] as const;

function instantiate(module: WebAssembly.Module): CoreExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as CoreExports;
}

function call(core: CoreExports, name: (typeof calls)[number], pointer: number, length: number): bigint {
  return name === 'inspect' ? core.inspect(0, pointer, length) : core[name](pointer, length);
}

function parse(core: CoreExports, result: bigint): Record<string, unknown> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readResult(core, result)));
}

/** A new instance with the document in its request buffer. */
function withDocument(module: WebAssembly.Module): { core: CoreExports; pointer: number; length: number } {
  const core = instantiate(module);
  const pointer = writeRequest(core, [DOCUMENT]);
  return { core, pointer: pointer ?? 0, length: DOCUMENT.byteLength };
}

describe.each([
  ['build/dvdi.wasm', built],
  ['the build with counters', counting],
])('%s', (_name, module) => {
  test('imports nothing', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  test('exports what ABI 1 names, and nothing else', () => {
    const exported = WebAssembly.Module.exports(module).map(({ kind, name }) => `${kind} ${name}`);
    const checkpoint = ['exportCheckpoint', 'importCheckpoint'];
    const planning = ['admit', 'cleanup', 'configure', 'prepare', 'recover'];
    const functions = ['abi', 'allocate', 'describe', 'fault', 'inspect', ...checkpoint, ...planning];
    expect(exported.sort()).toEqual([...functions.sort().map((name) => `function ${name}`), 'memory memory']);
  });

  test('every function takes as many numbers as ABI 1 says', () => {
    const core = instantiate(module);
    const plans = [core.configure, core.admit, core.prepare, core.cleanup, core.recover];
    const withRequest = [...plans, core.importCheckpoint, core.exportCheckpoint];
    expect(withRequest.map((each) => each.length)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    const others = [core.abi, core.allocate, core.describe, core.inspect, core.fault];
    expect(others.map((each) => each.length)).toEqual([0, 1, 0, 3, 0]);
  });

  test('is ABI 1.2', () => {
    expect(instantiate(module).abi()).toBe(0x1_0002);
  });

  test('its memory grows to 32 MiB and not one page more', () => {
    const { memory } = instantiate(module);
    memory.grow(MEMORY_MAX_PAGES - memory.buffer.byteLength / 65_536);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  describe('allocate', () => {
    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['the most there may be', REQUEST_SIZE_MAX_BYTES],
    ])('%s', (_size, size) => {
      const core = instantiate(module);
      const pointer = core.allocate(size);
      expect(pointer).toBeGreaterThan(0);
      expect(core.memory.buffer.byteLength).toBeGreaterThanOrEqual(pointer + size);
      new Uint8Array(core.memory.buffer, pointer, size).fill(0x20);
      expect(parse(core, core.inspect(0, pointer, size))).toMatchObject({ verdict: 'deny' });
    });

    test.each([
      ['one byte past the limit', REQUEST_SIZE_MAX_BYTES + 1],
      ['a negative size', -1],
      ['the largest size', 0x7fff_ffff],
      ['the smallest size', -0x8000_0000],
    ])('%s: 0, and the next one is served', (_size, size) => {
      const core = instantiate(module);
      expect(core.allocate(size)).toBe(0);
      expect(core.allocate(1)).toBeGreaterThan(0);
    });

    test('frees all of the previous call', () => {
      const { core, pointer, length } = withDocument(module);
      core.inspect(0, pointer, length);
      expect(core.allocate(length)).toBe(pointer);
    });
  });

  describe('a result', () => {
    test('is UTF-8 of JSON inside the memory', () => {
      const { core, pointer, length } = withDocument(module);
      const result = core.inspect(0, pointer, length);
      expect(Number(result >> 32n)).toBeGreaterThan(pointer);
      expect(parse(core, result)).toMatchObject({ abi: '1.2', kind: 'environment', verdict: 'allow' });
    });

    test('is the same for the beginning of a larger buffer', () => {
      const { core, pointer, length } = withDocument(module);
      const expected = readResult(core, core.inspect(0, pointer, length));
      const larger = writeRequest(core, [DOCUMENT, new Uint8Array(100)]) ?? 0;
      expect(readResult(core, core.inspect(0, larger, length))).toEqual(expected);
    });

    test('of describe stands by itself', () => {
      const core = instantiate(module);
      expect(parse(core, core.describe())).toMatchObject({ abi: '1.2', name: 'mesos-module-dvdi' });
    });
  });

  describe.each(calls)('%s traps on bytes that are not the buffer that allocate gave', (name) => {
    const wrong: [string, (pointer: number, length: number) => [number, number]][] = [
      ['another address', (pointer, length) => [pointer + 1, length - 1]],
      ['address 0', (_pointer, length) => [0, length]],
      ['more than was asked for', (pointer, length) => [pointer, length + 1]],
      ['a negative length', (pointer) => [pointer, -1]],
    ];
    test.each(wrong)('%s', (_name, change) => {
      const { core, pointer, length } = withDocument(module);
      expect(() => call(core, name, ...change(pointer, length))).toThrow(WebAssembly.RuntimeError);
      const message = `${name}: the bytes are not the buffer that allocate gave`;
      const place = { file: 'assembly/index.ts', line: expect.any(Number), column: expect.any(Number) };
      expect(parse(core, core.fault())).toEqual({ message, ...place });
    });

    test('before any allocate', () => {
      const core = instantiate(module);
      expect(() => call(core, name, 0, 0)).toThrow(WebAssembly.RuntimeError);
    });

    test('after an allocate that was refused', () => {
      const { core, pointer, length } = withDocument(module);
      core.allocate(-1);
      expect(() => call(core, name, pointer, length)).toThrow(WebAssembly.RuntimeError);
    });

    test('after describe, which frees the buffer', () => {
      const { core, pointer, length } = withDocument(module);
      core.describe();
      expect(() => call(core, name, pointer, length)).toThrow(WebAssembly.RuntimeError);
    });
  });

  test.each([-1, 14, 0x7fff_ffff])('inspect traps on kind %d, which is none', (kind) => {
    const { core, pointer, length } = withDocument(module);
    expect(() => core.inspect(kind, pointer, length)).toThrow(WebAssembly.RuntimeError);
    expect(parse(core, core.fault())).toMatchObject({ message: 'inspect: no such kind of document' });
  });

  test('fault knows nothing before a trap', () => {
    const core = instantiate(module);
    expect(parse(core, core.fault())).toEqual(NO_FAULT);
  });
});
