import type { CheckpointRow, VolumeOption } from '../../../host/core/documents.ts';

/**
 * A second reader of the original's checkpoint, by protobuf's specification and docs/abi/v1.md alone; slow, and simple
 * enough to be believed.
 */

/** What is on the wire up to the first byte that cannot be right. */
interface Message {
  readonly fields: readonly Field[];
  readonly isWhole: boolean;
}

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of wire type 0. */
  readonly value: bigint;
  /** Of wire type 2. */
  readonly bytes: Uint8Array;
}

/** What a list says: its rows, and how many there were with those that cannot be trusted. */
export interface DecodedList {
  /** `isDoubtful`: its driver is a plugin reference or a bad one, which this reader does not tell apart. */
  readonly rows: readonly { readonly row: CheckpointRow; readonly isDoubtful: boolean }[];
  readonly count: number;
  readonly isWhole: boolean;
}

const GROUPS_MAX = 64;
const OPTIONS_MAX = 64;
const CONTROL = /\p{Cc}/u;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a list that begins at an offset, under the default policy. */
export function decodeList(file: Uint8Array, from: number): DecodedList {
  const list = messageOf(file.subarray(from));
  const mounts = list.fields.filter(({ number }) => number === 1);
  const rows = new Map<string, { row: CheckpointRow; isDoubtful: boolean }>();
  for (const { wire, bytes } of mounts) {
    const row = wire === 2 ? rowOf(bytes) : null;
    if (row === null) continue;
    const identity = JSON.stringify([row.container, row.driver, row.name]);
    if (!rows.has(identity)) rows.set(identity, { row, isDoubtful: /[/:@]/.test(row.driver) });
  }
  return { rows: [...rows.values()], count: mounts.length, isWhole: list.isWhole };
}

class Malformed extends Error {}

function messageOf(bytes: Uint8Array): Message {
  const cursor = { bytes, at: 0 };
  const fields: Field[] = [];
  try {
    while (cursor.at < bytes.length) fields.push(fieldAt(cursor, 0));
    return { fields, isWhole: true };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { fields, isWhole: false };
  }
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function fieldAt(cursor: Cursor, depth: number): Field {
  const tag = varintAt(cursor);
  const number = Number(tag >> 3n);
  const wire = Number(tag & 7n);
  if (tag > 0xffff_ffffn || number === 0) throw new Malformed('tag');
  const field = { number, wire, value: 0n, bytes: new Uint8Array() };
  if (wire === 0) return { ...field, value: varintAt(cursor) };
  if (wire === 1) return { ...field, bytes: take(cursor, 8n) };
  if (wire === 2) return { ...field, bytes: take(cursor, varintAt(cursor)) };
  if (wire === 5) return { ...field, bytes: take(cursor, 4n) };
  if (wire === 3 && depth < GROUPS_MAX) {
    while (cursor.at < cursor.bytes.length) {
      const start = cursor.at;
      const inner = varintAt(cursor);
      if (inner === BigInt(number * 8 + 4)) return field;
      cursor.at = start;
      fieldAt(cursor, depth + 1);
    }
  }
  throw new Malformed('wire type');
}

function varintAt(cursor: Cursor): bigint {
  let value = 0n;
  for (let count = 0n; count < 10n; count++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new Malformed('varint');
    value += BigInt(byte & 0x7f) << (7n * count);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Malformed('varint');
}

function take(cursor: Cursor, length: bigint): Uint8Array {
  if (length > BigInt(cursor.bytes.length - cursor.at)) throw new Malformed('length');
  const start = cursor.at;
  cursor.at += Number(length);
  return cursor.bytes.subarray(start, cursor.at);
}

// null when the row cannot be trusted.
function rowOf(bytes: Uint8Array): CheckpointRow | null {
  const { fields, isWhole } = messageOf(bytes);
  const isTyped = fields.every(({ number, wire }) => number > 8 || wire === (number === 8 ? 0 : 2));
  if (!isWhole || !isTyped) return null;
  const last = (number: number) => fields.findLast((field) => field.number === number);
  const texts = [1, 2, 3, 4, 6].map((number) => textOf(last(number)?.bytes));
  if (texts.some((text) => text === null)) return null;
  const [container, driver, name, mountpoint, path] = texts as [string, string, string, string, string];
  const isNamed = isName(container, 2048) && isName(driver, 255) && isName(name, 255);
  if (!isNamed || driver === '.' || driver.includes('..')) return null;
  if (!isPlace(mountpoint) || !isPlace(path) || placeOf(mountpoint) === '/') return null;
  const explicitCreate = (last(8)?.value ?? 0n) !== 0n;
  const isDvdcli = textOf(last(7)?.bytes) === '/usr/bin/dvdcli';
  const transport = isDvdcli ? { kind: 'dvdcli' as const, executable: '/usr/bin/dvdcli' } : { kind: 'plugin' as const };
  const options = optionsOf(textOf(last(5)?.bytes));
  return {
    driver,
    name,
    container,
    options,
    mountpoint: placeOf(mountpoint),
    path: placeOf(path),
    transport,
    explicitCreate,
  };
}

function textOf(bytes: Uint8Array | undefined): string | null {
  try {
    return bytes === undefined ? '' : strict.decode(bytes);
  } catch {
    return null;
  }
}

function isName(text: string, sizeMax: number): boolean {
  return text !== '' && Buffer.byteLength(text) <= sizeMax && !CONTROL.test(text);
}

function isPlace(path: string): boolean {
  if (path === '') return true;
  return (
    path.startsWith('/') && Buffer.byteLength(path) <= 4096 && !CONTROL.test(path) && !path.split('/').includes('..')
  );
}

function placeOf(path: string): string | null {
  if (path === '') return null;
  return `/${path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')}`;
}

// None of them when one of them is not as the OPTS variable has it.
function optionsOf(text: string | null): VolumeOption[] {
  if (text === null || text === '' || CONTROL.test(text)) return [];
  const pairs = text.split(',').map((item) => /^(?<key>[^=]+)=(?<value>.*)$/su.exec(item)?.groups);
  const keys = pairs.map((pair) => pair?.key?.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase()));
  if (pairs.includes(undefined) || new Set(keys).size !== keys.length || keys.length > OPTIONS_MAX) return [];
  return pairs.map((pair) => ({ key: pair?.key ?? '', value: pair?.value ?? '', secret: pair?.key === 'password' }));
}
