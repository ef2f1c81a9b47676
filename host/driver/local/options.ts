import { LocalDriverError, quote } from './error.ts';

/** Filesystems a volume can have: those the seed names. */
export const FILESYSTEMS = ['ext4', 'xfs'] as const;

export type Filesystem = (typeof FILESYSTEMS)[number];

/** What a Create request asks for; what it does not name is absent. */
export interface VolumeOptions {
  /** Size in GiB. */
  readonly sizeGib?: number;
  readonly filesystem?: Filesystem;
  readonly overwrite?: boolean;
  readonly iops?: number;
  readonly volumeType?: string;
}

/** Past every number of this kind that a storage platform knows, and exact as a JavaScript number. */
const POSITIVE_INTEGER = /^[1-9][0-9]{0,11}$/;

const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads the options of a Create request: the seed's, by REX-Ray's rules (keys without case).
 *
 * @param sizeMaxGib largest size that is accepted
 * @throws {LocalDriverError} `volume-option` that names the option
 */
export function parseOptions(options: Readonly<Record<string, string>>, sizeMaxGib: number): VolumeOptions {
  const byKey = new Map<string, string>();
  for (const [key, value] of Object.entries(options)) {
    const known = key.toLowerCase();
    if (byKey.has(known)) throw wrongOption(key, 'to be given once', 'it twice, in different case');
    byKey.set(known, value);
  }
  const parsed: { -readonly [Field in keyof VolumeOptions]: VolumeOptions[Field] } = {};
  for (const [key, value] of byKey) {
    if (key === 'size') parsed.sizeGib = parseSize(value, sizeMaxGib);
    else if (key === 'newfstype') parsed.filesystem = parseFilesystem(value);
    else if (key === 'overwritefs') parsed.overwrite = parseBoolean(key, value);
    else if (key === 'iops') parsed.iops = parsePositiveInteger(key, value, '');
    else if (key === 'volumetype') parsed.volumeType = parseWord(key, value);
    else throw unknownOption(key);
  }
  return parsed;
}

function parseSize(value: string, sizeMaxGib: number): number {
  const sizeGib = parsePositiveInteger('size', value, ' (GiB)');
  if (sizeGib > sizeMaxGib) throw wrongOption('size', `to be at most ${sizeMaxGib} GiB`, quote(value));
  return sizeGib;
}

function parsePositiveInteger(key: string, value: string, unit: string): number {
  if (!POSITIVE_INTEGER.test(value)) throw wrongOption(key, `to be a positive integer${unit}`, quote(value));
  return Number(value);
}

function parseFilesystem(value: string): Filesystem {
  const filesystem = FILESYSTEMS.find((known) => known === value.toLowerCase());
  if (filesystem === undefined) throw wrongOption('newfstype', 'to be ext4 or xfs', quote(value));
  return filesystem;
}

function parseBoolean(key: string, value: string): boolean {
  const word = value.toLowerCase();
  if (word !== 'true' && word !== 'false') throw wrongOption(key, 'to be true or false', quote(value));
  return word === 'true';
}

function parseWord(key: string, value: string): string {
  if (!WORD.test(value)) {
    throw wrongOption(key, 'to be a word of at most 64 letters, digits, dots, dashes and underscores', quote(value));
  }
  return value;
}

function wrongOption(key: string, expected: string, got: string): LocalDriverError {
  return new LocalDriverError('volume-option', `option ${quote(key)}: expected it ${expected}, got ${got}`);
}

function unknownOption(key: string): LocalDriverError {
  return new LocalDriverError(
    'volume-option',
    `unknown option ${quote(key)}: expected size, newfstype, overwritefs, iops or volumetype`,
  );
}
