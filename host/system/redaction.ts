import { printableText } from './printable-text.ts';
import { spellingsOf } from './secret-spellings.ts';

/** What stands where a secret stood. */
export const REDACTED = '***';

/**
 * A secret that is shorter is only replaced after its key and where it is all that stands between quotes: a secret `1`
 * must not blank every digit, and `no` not every "not". Whoever has such a secret has none.
 */
const BARE_LENGTH_MIN = 4;

/** A shorter piece of a secret at a cut tells nothing, and would take too much unrelated text with it. */
const PIECE_LENGTH_MIN = 3;

/** How `printableText` shows that it has cut a text. */
const CUT = '… (';

/** Quotes, also inside of a JSON text that is in a JSON text. */
const QUOTES = ['"', "'", '`', '\\"'];

/** What stands between a key and its value in command lines, logs and addresses, and in JSON. */
const SEPARATORS = [
  ...['=', ': ', '%3D', '%3d'],
  ...QUOTES.flatMap((quote) => [`=${quote}`, `${quote}:${quote}`, `${quote}: ${quote}`]),
];

/**
 * Fields that are never touched: names, and words of ours. Whoever may write a document must not be able to blank, by a
 * secret of the same text, which container or volume a line is about, or that a finding is an error.
 */
const KEPT_FIELDS: ReadonlySet<string> = new Set([
  ...['container', 'driver', 'name', 'key'],
  ...['type', 'kind', 'code', 'severity', 'in', 'verdict', 'action', 'plan', 'phase', 'operation', 'outcome'],
]);

/** Takes secrets out of texts and documents on their way to a person or a log. */
export interface Redactor {
  /** Whether there is any secret to take out. */
  readonly hasSecrets: boolean;
  text(text: string): string;
  /** A deep copy of plain data without its secrets; the same object when there are none. */
  document<T>(document: T): T;
}

/** What is common to every document with options: the core says which of them are secret. */
export interface MarkedOption {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
}

/** A text to look for, and the part of it that must not be shown. */
interface Pattern {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Span = readonly [start: number, end: number];

/**
 * Makes a redactor for the options that the core marked as secret anywhere in `documents` (docs/policy.md,
 * "secretOptions"): options, requests, steps, plans, rows of the ledger.
 *
 * The marked option itself always loses its value. In texts its value goes in every spelling in which drivers and tools
 * are likely to repeat it (secret-spellings.ts). What has been hashed, encoded otherwise or cut up is not found.
 */
export function createRedactor(...documents: readonly unknown[]): Redactor {
  const secrets = secretsIn(documents).filter(({ value }) => value !== '' && value !== REDACTED);
  const patterns = secrets.flatMap(patternsOf);

  function text(input: string): string {
    const spans = patterns.flatMap((pattern) => spansOf(pattern, input));
    return spans.length === 0 ? input : blank(input, spans);
  }

  function copy(value: unknown, field: string | null): unknown {
    if (typeof value === 'string') return field !== null && KEPT_FIELDS.has(field) ? value : text(value);
    if (Array.isArray(value)) return value.map((item) => copy(item, null));
    if (typeof value !== 'object' || value === null) return value;
    if (isSecretOption(value)) return { ...value, value: REDACTED };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, key)]));
  }

  const hasSecrets = secrets.length > 0;
  return { hasSecrets, text, document: <T>(document: T): T => (hasSecrets ? (copy(document, null) as T) : document) };
}

/** A text without the secret values of some options: drivers like to repeat what they refuse. */
export function redactOptions(text: string, options: readonly MarkedOption[]): string {
  return createRedactor(options).text(text);
}

function isSecretOption(value: object): value is MarkedOption {
  return 'secret' in value && value.secret === true && 'key' in value && 'value' in value;
}

function secretsIn(value: unknown, found: MarkedOption[] = []): MarkedOption[] {
  if (Array.isArray(value)) for (const item of value) secretsIn(item, found);
  else if (typeof value === 'object' && value !== null) {
    if (isSecretOption(value)) found.push(value);
    else for (const item of Object.values(value)) secretsIn(item, found);
  }
  return found;
}

function patternsOf({ key, value }: MarkedOption): Pattern[] {
  const spellings = allSpellings(value);
  if (value.length >= BARE_LENGTH_MIN) return spellings.map((spelling) => hidden('', spelling, ''));
  const beginnings = allSpellings(key).flatMap((name) => SEPARATORS.map((separator) => name + separator));
  return spellings.flatMap((spelling) => [
    ...beginnings.map((beginning) => hidden(beginning, spelling, '')),
    ...QUOTES.map((quote) => hidden(quote, spelling, quote)),
  ]);
}

/** As a driver may repeat it, and as our own errors show what a driver said. */
function allSpellings(text: string): string[] {
  return [...new Set([...spellingsOf(text), ...spellingsOf(printableText(text))])];
}

function hidden(before: string, secret: string, after: string): Pattern {
  return { text: `${before}${secret}${after}`, start: before.length, end: before.length + secret.length };
}

/** Where a pattern stands in a text: also in pieces, right before a cut. */
function spansOf({ text, start, end }: Pattern, input: string): Span[] {
  const spans: Span[] = [];
  for (let at = input.indexOf(text); at !== -1; at = input.indexOf(text, at + 1)) spans.push([at + start, at + end]);
  if (start > 0) return spans;
  for (let cut = input.indexOf(CUT); cut !== -1; cut = input.indexOf(CUT, cut + 1)) {
    let length = Math.min(text.length - 1, cut);
    while (length >= PIECE_LENGTH_MIN && !input.startsWith(text.slice(0, length), cut - length)) length -= 1;
    if (length >= PIECE_LENGTH_MIN) spans.push([cut - length, cut]);
  }
  return spans;
}

/** Secrets may overlap: what belongs to any of them goes. */
function blank(input: string, spans: readonly Span[]): string {
  let output = '';
  let end = 0;
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    if (from >= end) output += `${input.slice(end, from)}${REDACTED}`;
    end = Math.max(end, to);
  }
  return output + input.slice(end);
}
