import type { VolumeOption } from '../../core/documents.ts';

/**
 * Reads the values of all `--volumeopts` flags. Each is a record of comma-separated items `key=value`; an item in
 * double quotes may have commas in it, and a doubled double quote stands for one. The value is all that follows the
 * first `=`.
 *
 * @throws {Error} on an item without `=`, without a key, with a key that was there before, or with stray quotes
 */
export function parseVolumeOptions(values: readonly string[]): VolumeOption[] {
  const options: VolumeOption[] = [];
  for (const item of values.flatMap(splitRecord)) {
    const end = item.indexOf('=');
    if (end <= 0) throw new Error(`--volumeopts: expected key=value, got ${JSON.stringify(item)}`);
    const key = item.slice(0, end);
    if (options.some((option) => option.key === key)) {
      throw new Error(`--volumeopts: expected each option once, got ${JSON.stringify(key)} again`);
    }
    options.push({ key, value: item.slice(end + 1), secret: false });
  }
  return options;
}

/** One quoted or one plain item, with the comma or the end that follows it. */
const ITEM = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

function splitRecord(record: string): string[] {
  if (record === '') return [];
  const items: string[] = [];
  for (let position = 0; ; ) {
    ITEM.lastIndex = position;
    const match = ITEM.exec(record);
    if (match === null) {
      throw new Error(
        `--volumeopts: expected an item with a double quote to be in double quotes as a whole, got ${JSON.stringify(record)}`,
      );
    }
    items.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return items;
    position = ITEM.lastIndex;
  }
}
