import type { JsonValue, Rule } from '../../core/documents.ts';

/** Codes that no answer of `admit` has: they are about a policy, a ledger, a checkpoint or a request of a host. */
const NEVER_ADMITTED = /^(?:policy|request|checkpoint)-/u;
const ONLY_ON_AN_AGENT = ['volume-in-use', 'volume-vanished', 'volume-case', 'options-ignored', 'plan-too-large'];

/** Codes that only a policy can give that has one of these fields, at the top or in one of its drivers. */
const NEEDED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'driver-denied': ['driversAllowed', 'allow'],
  'volume-name-not-allowed': ['volumeNames'],
  'option-out-of-bounds': ['options'],
  'option-required': ['options'],
  'path-not-allowed': ['containerPaths'],
  'exception-expired': ['exceptions'],
};

/** Which rules a set of cases has shown at work. */
export interface Coverage {
  /** Codes that the policies can give, and that some case had. */
  readonly covered: readonly string[];
  /** Codes that the policies can give, and that no case had. */
  readonly uncovered: readonly string[];
  /** Of what can be covered, rounded down; 100 when there is nothing to cover. */
  readonly percent: number;
}

/**
 * The codes of the catalogue that an admission under a policy can have.
 * @param policy the bytes of the policy; null for the defaults
 */
export function coverableCodes(rules: readonly Rule[], policy: Uint8Array | null): readonly string[] {
  const fields = policy === null ? {} : membersOf(JSON.parse(new TextDecoder().decode(policy)) as JsonValue);
  const severities = membersOf(fields.severity);
  const names = new Set(Object.keys(fields));
  for (const driver of Object.values(membersOf(fields.drivers))) {
    for (const name of Object.keys(membersOf(driver))) names.add(name);
  }
  return rules
    .map(({ code }) => code)
    .filter((code) => !NEVER_ADMITTED.test(code) && !ONLY_ON_AN_AGENT.includes(code) && severities[code] !== 'off')
    .filter((code) => NEEDED_FIELDS[code]?.some((field) => names.has(field)) ?? true);
}

/** Compares what was seen with what could have been. */
export function coverageOf(coverable: ReadonlySet<string>, seen: ReadonlySet<string>): Coverage {
  const codes = [...coverable];
  const covered = codes.filter((code) => seen.has(code));
  return {
    covered,
    uncovered: codes.filter((code) => !seen.has(code)),
    percent: codes.length === 0 ? 100 : Math.floor((covered.length * 100) / codes.length),
  };
}

function membersOf(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as { readonly [key: string]: JsonValue }) : {};
}
