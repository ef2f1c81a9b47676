import type { Row } from './connection.ts';
import type { TableName } from './schema.ts';

type Check = (value: unknown) => boolean;

/** What the tables' constraints cannot say; a text that was hit by a flipped bit often fails here. */
const CHECKS: Readonly<Record<TableName, Readonly<Record<string, Check>>>> = {
  meta: { key: isName },
  containers: { name: isName },
  volumes: {
    driver: isName,
    name: isName,
    options: isOptionsText,
    transport: isTransportText,
    mountpoint: isPathOrNull,
    mount_path: isPathOrNull,
  },
  claims: { options: isOptionsText, transport: isTransportText },
  directories: { path: isPathOrNull },
  holds: { name: isName, holder: isName },
};

/** Whether a salvaged row can be believed, as far as can be told from it alone. */
export function isWholeRow(table: TableName, row: Row): boolean {
  return Object.entries(CHECKS[table]).every(([column, check]) => check(row[column]));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isPathOrNull(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.startsWith('/') && !value.includes('\0'));
}

function isOptionsText(value: unknown): boolean {
  const options = parsed(value);
  return Array.isArray(options) && options.every((item) => isName(item?.key) && typeof item.value === 'string');
}

function isTransportText(value: unknown): boolean {
  const transport = parsed(value) as { kind?: unknown; executable?: unknown } | null | undefined;
  if (transport?.kind === 'plugin') return true;
  return transport?.kind === 'dvdcli' && typeof transport.executable === 'string' && isPathOrNull(transport.executable);
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
}
