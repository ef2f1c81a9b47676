/**
 * Calls of the core by its exports, for any engine: this file runs in Node and, bundled, in Chromium.
 */
import { createInstance, readResult, writeRequest } from '../../../host/core/instance.ts';

/** A policy, and what is asked under it. */
export interface CoreCall {
  readonly name: string;
  readonly call: 'inspect' | 'admit' | 'prepare' | 'cleanup' | 'recover' | 'importCheckpoint' | 'exportCheckpoint';
  /** For `inspect`; the others have it in their request. */
  readonly kind: number;
  /** Base64, since that passes between processes as it is. */
  readonly policy: string;
  /** Base64; null: only the answer to the policy is asked for. */
  readonly request: string | null;
}

/** Answers to the policy and to the call, base64 of the core's bytes; the second is null where there is none. */
export type CoreAnswers = readonly (readonly [configuration: string, answer: string | null])[];

/** What the core answers to each call, all by one instance. */
export async function answersTo(wasm: string, calls: readonly CoreCall[]): Promise<CoreAnswers> {
  const exports = createInstance(await WebAssembly.compile(bytesOf(wasm)));
  const answerTo = (request: Uint8Array, call: (pointer: number, length: number) => bigint): string => {
    const pointer = writeRequest(exports, [request]);
    if (pointer === null) return 'no room';
    return base64Of(readResult(exports, call(pointer, request.byteLength)));
  };
  return calls.map(({ call, kind, policy, request }) => {
    answerTo(new Uint8Array(), (pointer, length) => exports.configure(pointer, length));
    const configuration = answerTo(bytesOf(policy), (pointer, length) => exports.configure(pointer, length));
    if (request === null) return [configuration, null];
    const answer = answerTo(bytesOf(request), (pointer, length) =>
      call === 'inspect' ? exports.inspect(kind, pointer, length) : exports[call](pointer, length),
    );
    return [configuration, answer];
  });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

// For the browser: there, nothing imports this file.
(globalThis as { answersTo?: typeof answersTo }).answersTo = answersTo;
