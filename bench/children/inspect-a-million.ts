// A process (started with --expose-gc) that calls inspect a million times on one instance, and tells how much memory
// there was before and after.
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { createInstance, readResult, writeRequest } from '../../host/core/instance.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { smallApp } from '../documents.ts';

const CALLS = 1_000_000;
/** Before the first look: until everything is compiled, and every buffer has the size that it keeps. */
const WARM_UP_CALLS = 20_000;
/** So many that the last ones find nothing more to do. */
const COLLECTIONS = 5;

const exports = createInstance(await WebAssembly.compile(await readFile(packagePath('build/dvdi.wasm'))));
const { bytes } = smallApp();

function inspect(calls: number): void {
  for (let call = 0; call < calls; call++) {
    const pointer = writeRequest(exports, [bytes]);
    if (pointer === null) throw new Error('expected the core to have room for 2 KiB');
    readResult(exports, exports.inspect(0, pointer, bytes.byteLength));
  }
}

/** What is in use, rubbish collected. Buffers are given back by a task that follows a collection. */
async function memoryBytes(): Promise<{ core: number; heap: number }> {
  if (globalThis.gc === undefined) throw new Error('expected node --expose-gc');
  for (let round = 0; round < COLLECTIONS; round++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return { core: exports.memory.buffer.byteLength, heap: heapUsed + external };
}

inspect(WARM_UP_CALLS);
const before = await memoryBytes();
inspect(CALLS);
const after = await memoryBytes();
process.stdout.write(JSON.stringify({ calls: CALLS, before, after }));
