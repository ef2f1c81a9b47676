import { type CoreExports, readResult, writeRequest } from '../../host/core/instance.ts';
import { loadCounting } from './coverage/collect.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The calls of the ABI that take nothing but a request. */
export type RawCall = 'configure' | 'prepare' | 'cleanup' | 'recover' | 'importCheckpoint' | 'exportCheckpoint';

/** The core by its exports alone, bytes in and bytes out, as an engine that is not JavaScript's calls it. */
export class RawCore {
  readonly #exports: CoreExports;

  private constructor(exports: CoreExports) {
    this.#exports = exports;
  }

  /** A new instance of the build with counters. */
  static async load(): Promise<RawCore> {
    return new RawCore((await loadCounting('dvdi.coverage')) as unknown as CoreExports);
  }

  /** The answer's text; it is UTF-8, or this throws. */
  call(name: RawCall, request: Uint8Array | string): string {
    const bytes = typeof request === 'string' ? encoder.encode(request) : request;
    const pointer = writeRequest(this.#exports, [bytes]);
    if (pointer === null) throw new RangeError(`no room for ${bytes.byteLength} bytes`);
    return decoder.decode(readResult(this.#exports, this.#exports[name](pointer, bytes.byteLength)));
  }
}
