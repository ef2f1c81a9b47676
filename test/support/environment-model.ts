/** One variable as a document gives it; null is a secret. */
export type GivenVariable = readonly [name: string, value: string | null];

/** What the table of design.md, "What the variables mean", makes of an environment. */
export interface ModelAnswer {
  /** Sorted by slot: what each volume is asked for with. */
  readonly requests: readonly ModelRequest[];
  /** Each code with the name of the variable that it is about, sorted. */
  readonly findings: readonly string[];
}

export interface ModelRequest {
  readonly slot: string;
  readonly name: string;
  readonly driver: string;
  readonly options: readonly (readonly [string, string])[];
  readonly explicitCreate: boolean;
  readonly dvdcli: string | null;
  readonly path: string | null;
}

/** Every rule that the model knows. */
export const MODEL_RULES: readonly string[] = [
  'variable-unknown',
  'variable-secret',
  'slot-conflict',
  'attribute-without-name',
  'name-missing',
  'characters',
  'driver-reference',
  'explicit-create-value',
  'dvdcli-not-allowed',
  'volume-repeated',
  'path-not-absolute',
  'path-parent',
  'path-protected',
  'path-characters',
  'path-conflict',
  'option-without-value',
  'option-key-empty',
  'option-repeated',
  'option-integer',
  'option-filesystem',
  'option-boolean',
  'option-word',
];

const VARIABLE = /^DVDI_VOLUME_(NAME|DRIVER|OPTS|CONTAINERPATH|DVDCLI|EXPLICITCREATE)([0-9]?)$/;
const SEED_CHARACTERS = /[\p{Cc} %/:;<>|`$'?^&{}"[\]\\]/u;
const CONTROL_CHARACTER = /\p{Cc}/u;

interface Slot {
  readonly digit: string;
  /** By attribute: the variables of either spelling, in the order of the document. */
  readonly attributes: Map<string, GivenVariable[]>;
}

/**
 * The table, written a second time, in another way and in another language: by regular expressions and maps over whole
 * strings. Knows what the properties generate: names once each, no `/ : @` in a driver, no length at its limit.
 */
export function modelOf(variables: readonly GivenVariable[]): ModelAnswer {
  const slots = new Map<string, Slot>();
  const findings: string[] = [];
  for (const variable of variables) {
    const [name, value] = variable;
    const match = VARIABLE.exec(name);
    if (match === null) {
      if (name.startsWith('DVDI_VOLUME_')) findings.push(`variable-unknown ${name}`);
      continue;
    }
    const [, attribute = '', digit = ''] = match;
    if (value === null) findings.push(`variable-secret ${name}`);
    const key = digit === '' ? '0' : digit;
    const slot = slots.get(key) ?? { digit: key, attributes: new Map() };
    slots.set(key, slot);
    slot.attributes.set(attribute, [...(slot.attributes.get(attribute) ?? []), variable]);
  }
  const requests: ModelRequest[] = [];
  for (const slot of [...slots.values()].sort((one, other) => one.digit.localeCompare(other.digit))) {
    findings.push(...findingsOfSlot(slot));
    const request = requestOf(slot);
    if (request === null) continue;
    findings.push(...findingsOfRequest(slot, request, requests));
    requests.push(request);
  }
  return { requests, findings: findings.sort() };
}

function findingsOfSlot({ attributes }: Slot): string[] {
  const findings: string[] = [];
  for (const [first, second] of attributes.values()) {
    const isConflict = second !== undefined && (first?.[1] !== second[1] || second[1] === null);
    if (isConflict) findings.push(`slot-conflict ${second[0]}`);
  }
  if (attributes.has('NAME')) return findings;
  return [...findings, ...[...attributes.values()].flat().map(([name]) => `attribute-without-name ${name}`)];
}

/** The variable that counts: the first one of the document. */
function taken(slot: Slot, attribute: string): GivenVariable | undefined {
  return slot.attributes.get(attribute)?.[0];
}

/** Empty counts as absent. */
function textOf(slot: Slot, attribute: string): string | null {
  return taken(slot, attribute)?.[1] || null;
}

function requestOf(slot: Slot): ModelRequest | null {
  const name = taken(slot, 'NAME');
  if (name === undefined || name[1] === null) return null;
  const items = textOf(slot, 'OPTS')?.split(',') ?? [];
  return {
    slot: name[0].replace('DVDI_VOLUME_NAME', ''),
    name: name[1],
    driver: textOf(slot, 'DRIVER') ?? 'rexray',
    options: items
      .filter((item) => item.includes('='))
      .map((item) => [keyOf(item), item.slice(keyOf(item).length + 1)]),
    explicitCreate: textOf(slot, 'EXPLICITCREATE')?.trim().toLowerCase() === 'true',
    dvdcli: textOf(slot, 'DVDCLI'),
    path: textOf(slot, 'CONTAINERPATH'),
  };
}

function keyOf(item: string): string {
  return item.split('=', 1)[0] ?? '';
}

function findingsOfRequest(slot: Slot, request: ModelRequest, before: readonly ModelRequest[]): string[] {
  const found: [code: string, attribute: string, isFound: boolean][] = [
    ['name-missing', 'NAME', request.name === ''],
    ['characters', 'NAME', SEED_CHARACTERS.test(request.name)],
    ['characters', 'DRIVER', SEED_CHARACTERS.test(textOf(slot, 'DRIVER') ?? '')],
    ['driver-reference', 'DRIVER', /^\.$|\.\./.test(request.driver)],
    ['characters', 'EXPLICITCREATE', SEED_CHARACTERS.test(textOf(slot, 'EXPLICITCREATE') ?? '')],
    ['explicit-create-value', 'EXPLICITCREATE', !/^\s*(?:true|false|)\s*$/i.test(textOf(slot, 'EXPLICITCREATE') ?? '')],
    ['dvdcli-not-allowed', 'DVDCLI', ![null, '/usr/bin/dvdcli'].includes(request.dvdcli)],
    ...findingsOfPath(request.path).map((code) => [code, 'CONTAINERPATH', true] as [string, string, boolean]),
    ...findingsOfOptions(textOf(slot, 'OPTS')).map((code) => [code, 'OPTS', true] as [string, string, boolean]),
    ['volume-repeated', 'NAME', request.name !== '' && before.some((other) => isSame(other, request))],
    ['path-conflict', 'CONTAINERPATH', request.path !== null && before.some((other) => hasPathOf(other, request))],
  ];
  return found.filter(([, , isFound]) => isFound).map(([code, attribute]) => `${code} ${taken(slot, attribute)?.[0]}`);
}

function isSame(one: ModelRequest, other: ModelRequest): boolean {
  return one.driver === other.driver && one.name === other.name;
}

function hasPathOf(one: ModelRequest, other: ModelRequest): boolean {
  return one.path !== null && other.path !== null && normalised(one.path) === normalised(other.path);
}

/** As `realpath --no-symlinks` would have it, with `..` kept. */
export function normalised(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return (path.startsWith('/') ? '/' : '') + segments.join('/');
}

function findingsOfPath(path: string | null): string[] {
  if (path === null) return [];
  return [
    ...(path.startsWith('/') ? [] : ['path-not-absolute']),
    ...(path.split('/').includes('..') ? ['path-parent'] : []),
    ...(/^\/$|^\/(?:proc|sys|dev)(?:\/|$)/.test(normalised(path)) ? ['path-protected'] : []),
    ...(CONTROL_CHARACTER.test(path) ? ['path-characters'] : []),
  ];
}

/** The values that the seed gives its options. */
const VALUES: readonly (readonly [key: RegExp, value: RegExp, code: string])[] = [
  [/^(?:size|iops)$/i, /^[1-9][0-9]{0,8}$/, 'option-integer'],
  [/^newfstype$/i, /^(?:ext4|xfs)$/, 'option-filesystem'],
  [/^overwritefs$/i, /^(?:true|false)$/, 'option-boolean'],
  [/^volumetype$/i, /^[A-Za-z0-9_-]+$/, 'option-word'],
];

function findingsOfOptions(written: string | null): string[] {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const item of written?.split(',') ?? []) {
    const key = keyOf(item);
    const value = item.includes('=') ? item.slice(key.length + 1) : null;
    if (value === null) findings.push('option-without-value');
    if (value !== null && key === '') findings.push('option-key-empty');
    if (key !== '' && seen.has(key.toLowerCase())) findings.push('option-repeated');
    seen.add(key.toLowerCase());
    for (const [known, values, code] of value === null ? [] : VALUES) {
      if (known.test(key) && !values.test(value ?? '')) findings.push(code);
    }
    findings.push(...[key, value ?? ''].filter((text) => SEED_CHARACTERS.test(text)).map(() => 'characters'));
  }
  return findings;
}
