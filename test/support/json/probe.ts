import { loadCounting, readCore } from '../coverage/collect.ts';

/** Codes of `assembly/json/json-error.ts`. */
export const ERRORS = ['none', 'syntax', 'end', 'encoding', 'depth', 'nodes'] as const;
export type ErrorName = (typeof ERRORS)[number];

/** What the core's reader understood of a text, nothing left out. */
export type Echo =
  | null
  | boolean
  | { readonly number: string }
  /** Escapes resolved by the core; as it stands in the text, escapes resolved by V8. */
  | { readonly string: readonly [resolved: string, written: string] }
  | { readonly array: readonly Echo[] }
  | { readonly object: readonly Echo[] };

/** The reader's answer: the value, or why there is none. */
export type Reading =
  | { readonly value: Echo }
  | {
      readonly error: number;
      readonly expected: string;
      readonly pointer: null;
      readonly offset: number;
      readonly line: number;
      readonly column: number;
    };

/** Where a key or a value begins. */
export interface PlaceOfValue {
  readonly pointer: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

interface ProbeExports {
  readonly memory: WebAssembly.Memory;
  allocate(size: number): number;
  echo(pointer: number, length: number): bigint;
  places(pointer: number, length: number): bigint;
}

/** The core's JSON reader and writer behind `test/assembly/json-probe.ts`. */
export class JsonProbe {
  readonly #core: ProbeExports;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  private constructor(core: WebAssembly.Exports) {
    this.#core = core as unknown as ProbeExports;
  }

  /** As it ships. */
  static async load(): Promise<JsonProbe> {
    const { instance } = await WebAssembly.instantiate(await readCore('json-probe'), {});
    return new JsonProbe(instance.exports);
  }

  /** With counters, for the coverage report. */
  static async loadCounting(): Promise<JsonProbe> {
    return new JsonProbe(await loadCounting('json-probe.coverage'));
  }

  /** @throws {WebAssembly.RuntimeError} when the core traps, which it must never do */
  read(text: Uint8Array): Reading {
    return this.#call('echo', text) as Reading;
  }

  /** Places of all keys and values of a good text, in its order. */
  places(text: Uint8Array): PlaceOfValue[] {
    return this.#call('places', text) as PlaceOfValue[];
  }

  #call(name: 'echo' | 'places', text: Uint8Array): unknown {
    const { memory, allocate } = this.#core;
    const pointer = allocate(text.length);
    if (pointer === 0) throw new RangeError(`allocate(${text.length}) gave no buffer`);
    new Uint8Array(memory.buffer).set(text, pointer);
    const result = BigInt.asUintN(64, this.#core[name](pointer, text.length));
    const answer = new Uint8Array(memory.buffer, Number(result >> 32n), Number(result & 0xffffffffn));
    return JSON.parse(this.#decoder.decode(answer));
  }
}

/**
 * The JavaScript value of an echo, as `JSON.parse` would give it: strings as written (with lone surrogates), the last
 * of repeated keys.
 */
export function parsedValue(echo: Echo): unknown {
  if (echo === null || typeof echo === 'boolean') return echo;
  if ('number' in echo) return Number(echo.number);
  if ('string' in echo) return echo.string[1];
  if ('array' in echo) return echo.array.map(parsedValue);
  const entries: [string, unknown][] = [];
  for (let index = 0; index < echo.object.length; index += 2) {
    entries.push([String(parsedValue(echo.object[index] ?? null)), parsedValue(echo.object[index + 1] ?? null)]);
  }
  return Object.fromEntries(entries);
}

/** Every string of an echo, keys too, as resolved by the core and as written. */
export function* stringsOf(echo: Echo): Generator<readonly [resolved: string, written: string]> {
  if (echo === null || typeof echo === 'boolean' || 'number' in echo) return;
  if ('string' in echo) yield echo.string;
  else for (const each of 'array' in echo ? echo.array : echo.object) yield* stringsOf(each);
}
