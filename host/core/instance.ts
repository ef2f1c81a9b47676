import { instantiateSync } from '@assemblyscript/loader';
import { copyAnswer } from './answer-copy.ts';

/** The exports of the core, as docs/abi/v1.md describes them. Pointers and lengths are in bytes. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  abi(): number;
  allocate(size: number): number;
  configure(pointer: number, length: number): bigint;
  describe(): bigint;
  inspect(kind: number, pointer: number, length: number): bigint;
  admit(pointer: number, length: number): bigint;
  prepare(pointer: number, length: number): bigint;
  cleanup(pointer: number, length: number): bigint;
  recover(pointer: number, length: number): bigint;
  importCheckpoint(pointer: number, length: number): bigint;
  exportCheckpoint(pointer: number, length: number): bigint;
  fault(): bigint;
}

/** Makes an instance of the core; it needs no imports. */
export function createInstance(module: WebAssembly.Module): CoreExports {
  return instantiateSync(module, {}).exports as unknown as CoreExports;
}

/** Puts bytes into a new request buffer. Gives its address, or null when they are more than the core takes. */
export function writeRequest(exports: CoreExports, parts: readonly Uint8Array[]): number | null {
  const pointer = exports.allocate(lengthOf(parts));
  if (pointer === 0) return null;
  let at = pointer;
  // The view is made after the allocation, which may have moved the memory.
  const memory = new Uint8Array(exports.memory.buffer);
  for (const part of parts) {
    memory.set(part, at);
    at += part.byteLength;
  }
  return pointer;
}

/** The bytes of a result, `pointer << 32 | length`: a copy, since the next call writes over them. */
export function readResult(exports: CoreExports, result: bigint): Uint8Array {
  const pointer = Number(result >> 32n);
  const length = Number(result & 0xffff_ffffn);
  return copyAnswer(new Uint8Array(exports.memory.buffer, pointer, length));
}

/** Length of several runs of bytes together. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}
