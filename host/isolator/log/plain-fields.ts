/** Longest text in a line, in UTF-16 units: a driver may say as much as it likes. */
const TEXT_LENGTH_MAX = 2_000;
/** Most items of a list that a line shows; a document may ask for thousands of volumes. */
const ITEMS_MAX = 32;
/** Causes of causes are shown to this depth; an error may name itself as its cause. */
const DEPTH_MAX = 6;

/** An error in a line. */
export interface ErrorFields {
  /** `internal` for what is no typed error, which is a defect of ours. */
  readonly code: string;
  readonly message: string;
  /** What led to it, or, when several things failed together, each of them; absent when there is nothing. */
  readonly causes?: readonly ErrorFields[];
}

/** The fields of a line as plain data of a bounded size: texts and lists cut, errors as their codes and texts. */
export function plainFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(name, value, 0)]));
}

function plainValue(name: string, value: unknown, depth: number): unknown {
  if (name === 'error' && value !== null) return errorFields(value);
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) return null;
  if (Array.isArray(value)) return cutList(value, (item) => plainValue('', item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(key, item, depth + 1)]));
}

/** Reads any thrown value. Its stack is left out: it says where, and the code says so better. */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  // Errors of another realm (jest's, for Node's own modules) are no instances of our Error.
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    return { code: 'internal', message: cutText(String(error)) };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  const causes = depth < DEPTH_MAX ? causesOf(error) : [];
  const message = cutText(String(error.message));
  if (causes.length === 0) return { code, message };
  return { code, message, causes: cutList(causes, (cause) => errorFields(cause, depth + 1)) };
}

function causesOf(error: object): readonly unknown[] {
  const { failures, errors, causes, cause } = error as Readonly<Record<string, unknown>>;
  const several = [failures, errors, causes].find((list) => Array.isArray(list) && list.length > 0);
  return [...((several as unknown[] | undefined) ?? []), ...(cause === undefined || cause === null ? [] : [cause])];
}

function cutText(text: string): string {
  const rest = text.length - TEXT_LENGTH_MAX;
  return rest <= 0 ? text : `${text.slice(0, TEXT_LENGTH_MAX)}… (${rest} more characters)`;
}

function cutList<Item, Plain>(items: readonly Item[], plain: (item: Item) => Plain): Plain[] {
  return items.slice(0, ITEMS_MAX).map(plain);
}
