import type { JsonValue, Severity, Verdict } from '../../core/documents.ts';
import { documentsOf } from '../documents/read.ts';
import { CaseError } from './case-error.ts';

/** A finding that a case expects: what is left out may be anything. */
export interface ExpectedFinding {
  readonly code: string;
  readonly severity?: Severity;
  readonly pointer?: string;
  readonly line?: number;
}

/** What a case expects of its document. */
export interface Expectation {
  readonly verdict: Verdict;
  /** All errors and warnings; a remark need not be named. null: any. */
  readonly findings: readonly ExpectedFinding[] | null;
  /** What the case shows, in a sentence. */
  readonly title: string | null;
  readonly kind: string | null;
  readonly now: string | null;
  /** Path of a policy, from the folder of the case. */
  readonly policy: string | null;
}

const VERDICTS = ['allow', 'warn', 'deny'] as const;
const SEVERITIES = ['info', 'warning', 'error'] as const;

type Members = { readonly [key: string]: JsonValue };

/** Reads members of known names and types; what is unknown or of another type is refused. */
class Fields {
  readonly #file: string;
  readonly #what: string;
  readonly #members: Members;

  constructor(file: string, what: string, value: JsonValue, known: readonly string[]) {
    this.#file = file;
    this.#what = what;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#refuse('an object', value);
    this.#members = value as Members;
    const unknown = Object.keys(this.#members).find((key) => !known.includes(key));
    if (unknown !== undefined) this.#refuse(`only the fields ${known.join(', ')}`, unknown);
  }

  text(key: string): string | null {
    const value = this.#members[key];
    if (value === undefined || typeof value === 'string') return value ?? null;
    return this.#refuse(`a text as ${key}`, value);
  }

  number(key: string): number | null {
    const value = this.#members[key];
    if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value ?? null;
    return this.#refuse(`a whole number as ${key}`, value);
  }

  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | null {
    const value = this.#members[key];
    if (value === undefined) return null;
    const word = words.find((each) => each === value);
    return word ?? this.#refuse(`${words.join(', ')} as ${key}`, value);
  }

  list(key: string): readonly JsonValue[] | null {
    const value = this.#members[key];
    if (value === undefined || Array.isArray(value)) return (value as JsonValue[] | undefined) ?? null;
    return this.#refuse(`a list as ${key}`, value);
  }

  #refuse(expected: string, got: JsonValue): never {
    throw new CaseError(this.#file, {
      expected: `${expected} of ${this.#what}`,
      got: JSON.stringify(got).slice(0, 100),
      advice: 'docs/admit.md has the format of an expectation',
    });
  }
}

/**
 * Reads an expectation, in JSON or YAML.
 * @throws {CaseError} when it is none
 */
export async function readExpectation(file: string, source: Uint8Array): Promise<Expectation> {
  const [document, ...more] = await documentsOf(file, source);
  if (document === undefined || more.length > 0) {
    throw new CaseError(file, { expected: 'one document', got: `${more.length + 1}`, advice: 'a file for each case' });
  }
  const known = ['verdict', 'findings', 'title', 'kind', 'now', 'policy'];
  const fields = new Fields(file, 'an expectation', parse(file, document.json), known);
  const verdict = fields.oneOf('verdict', VERDICTS);
  if (verdict === null) {
    const expected = `a field verdict: ${VERDICTS.join(', ')}`;
    throw new CaseError(file, { expected, got: 'none', advice: 'say what the verdict is to be' });
  }
  return {
    verdict,
    findings: fields.list('findings')?.map((value) => readFinding(file, value)) ?? null,
    title: fields.text('title'),
    kind: fields.text('kind'),
    now: fields.text('now'),
    policy: fields.text('policy'),
  };
}

/** `code`, or an object with it. */
function readFinding(file: string, value: JsonValue): ExpectedFinding {
  if (typeof value === 'string') return { code: value };
  const fields = new Fields(file, 'a finding', value, ['code', 'severity', 'pointer', 'line']);
  const code = fields.text('code');
  if (code === null) {
    throw new CaseError(file, { expected: 'a code of each finding', got: 'none', advice: '`dvdi explain` lists all' });
  }
  const severity = fields.oneOf('severity', SEVERITIES);
  const pointer = fields.text('pointer');
  const line = fields.number('line');
  return {
    code,
    ...(severity === null ? {} : { severity }),
    ...(pointer === null ? {} : { pointer }),
    ...(line === null ? {} : { line }),
  };
}

function parse(file: string, json: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)) as JsonValue;
  } catch (cause) {
    const got = (cause as Error).message;
    throw new CaseError(file, { expected: 'JSON or YAML', got, advice: 'mend its syntax', cause });
  }
}
