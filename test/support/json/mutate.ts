import type { Random } from '../random.ts';

const encoder = new TextEncoder();

/** Pieces that matter to a JSON reader: tokens, halves of tokens, ends of UTF-8's ranges. */
const PIECES: readonly Uint8Array[] = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '\\"', '\\\\', '\\n', '\\ud83d', '\\ude00', '\\u0000', '\\u00e9'],
  ...['0', '-', '.', 'e', 'E+', '1e5', '-0', '01', '1.5', '12345678901234567890', '1e999'],
  ...['true', 'false', 'null', 'tru', 'nul', '{}', '[]', '""', '"a":', '[[', ']]', '"a":1,', ',,'],
  ...[' ', '\n', '\r\n', '\t', '\u000b', '\u0000', '\u001f', '\u007f', '\u2028', '\ufeff', '\u00a0'],
  ...['é', '€', '😀', '\uffff', '\u{10ffff}', '12345678', 'abcdefgh"', '/*', '//', "'"],
].map((piece) => encoder.encode(piece));

const BYTES = [
  0x00, 0x1f, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a, 0x5b, 0x5c, 0x5d, 0x65, 0x75, 0x7b, 0x7d, 0x7f, 0x80,
  0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xf8, 0xfe, 0xff,
];

type Mutation = (text: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  // One bit turned over.
  (text, random) => {
    const copy = text.slice();
    const at = random.below(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  // One byte replaced.
  (text, random) => {
    const copy = text.slice();
    if (copy.length > 0) copy[random.below(copy.length)] = random.pick(BYTES);
    return copy;
  },
  // A piece put in.
  (text, random) => {
    const at = random.below(text.length + 1);
    return join(text.subarray(0, at), random.pick(PIECES), text.subarray(at));
  },
  // A piece put over what is there.
  (text, random) => {
    const at = random.below(text.length + 1);
    const piece = random.pick(PIECES);
    return join(text.subarray(0, at), piece, text.subarray(at + piece.length));
  },
  // A run taken out.
  (text, random) => {
    const at = random.below(text.length + 1);
    return join(text.subarray(0, at), text.subarray(at + 1 + random.below(8)));
  },
  // A run doubled.
  (text, random) => {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + random.below(16));
    return join(text.subarray(0, end), text.subarray(at));
  },
  // Cut off.
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // The beginning of one text and the end of another.
  (text, random, seeds) => {
    const other = random.pick(seeds);
    return join(text.subarray(0, random.below(text.length + 1)), other.subarray(random.below(other.length + 1)));
  },
  // One text as a value in another.
  (text, random, seeds) => {
    const at = random.below(text.length + 1);
    return join(text.subarray(0, at), random.pick(seeds), text.subarray(at));
  },
  // Wrapped.
  (text, random) => {
    const times = 1 + random.below(3);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"k":', '}'],
      ['[0,', ',1]'],
      [' ', '\n'],
    ] as const);
    return join(encoder.encode(open.repeat(times)), text, encoder.encode(close.repeat(times)));
  },
];

/** One to three mutations of one of the seed texts; never longer than `MUTANT_MAX_BYTES`. */
export function mutant(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let text: Uint8Array = random.pick(seeds);
  for (let rounds = random.pick([1, 1, 1, 2, 3]); rounds > 0; rounds--)
    text = random.pick(MUTATIONS)(text, random, seeds);
  return text.length > MUTANT_MAX_BYTES ? text.slice(0, MUTANT_MAX_BYTES) : text;
}

const MUTANT_MAX_BYTES = 2048;

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
