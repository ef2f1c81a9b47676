import type { Random } from '../random.ts';
import { varintOf } from './encoder.ts';

/** Bytes that mean something where they land: tags of every wire type, ends of varints, signs of texts. */
const SIGNS = [0, 1, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x12, 0x1a, 0x22, 0x2a, 0x2c, 0x2e, 0x2f, 0x32, 0x3a, 0x3d, 0x40];
const EXTREMES = [0x4b, 0x4c, 0x7f, 0x80, 0x81, 0xc0, 0xe2, 0xed, 0xf4, 0xff];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.pick(random.below(2) === 0 ? SIGNS : EXTREMES);
    return bytes;
  },
  function insert(bytes, random) {
    const added = Buffer.from(Array.from({ length: 1 + random.below(3) }, () => random.pick([...SIGNS, ...EXTREMES])));
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3))]);
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function repeat(bytes, random) {
    const from = random.below(bytes.length);
    const to = from + 1 + random.below(40);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function largeVarint(bytes, random) {
    const value = random.pick([127, 128, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]);
    const tail = random.below(2) === 0 ? varintOf(value) : Buffer.alloc(9 + random.below(3), 0xff);
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), tail, bytes.subarray(at + 1)]);
  },
];

/** One of the files with one to three mutations; a length in front that no longer fits is mended half of the time. */
export function mutantOf(files: readonly Buffer[], random: Random): Buffer {
  let bytes = Buffer.from(random.pick(files));
  const isFramed = bytes.length >= 4 && bytes.readUInt32LE(0) === bytes.length - 4;
  for (let round = 1 + random.below(3); round > 0 && bytes.length > 0; round--) {
    bytes = Buffer.from(random.pick(MUTATIONS)(bytes, random));
  }
  if (isFramed && bytes.length >= 4 && random.below(2) === 0) bytes.writeUInt32LE(bytes.length - 4);
  return bytes;
}
