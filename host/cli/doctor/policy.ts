import type { Source } from '../../admission/finding-text.ts';
import type { Configuration, Finding } from '../../core/documents.ts';
import type { Core } from '../../core/index.ts';
import { loadCore } from '../core-session.ts';
import type { Check } from './check.ts';
import { check } from './check.ts';

/** The field of a policy that names programs of the machine. */
const dvdcliField = 'dvdcliPaths';

/** What was found of the policy, and what the machine has to have on account of it. */
export interface PolicyState {
  readonly checks: readonly Check[];
  /** The executables that the policy in force allows; none under one that is refused, since nothing is decided then. */
  readonly dvdcliPaths: readonly string[];
}

/**
 * Whether the core takes the policy.
 * @param policy null for the built-in defaults
 */
export async function checkPolicy(policy: Source | null): Promise<PolicyState> {
  let core: Core;
  try {
    core = await loadCore();
  } catch {
    // The check of the core says why.
    return { checks: [], dvdcliPaths: [] };
  }
  if (policy === null) return { checks: [], dvdcliPaths: defaultPaths(core) };
  const configuration = core.configure(policy.bytes);
  const checks = [checkConfiguration(policy.name, configuration)];
  if (configuration.verdict === 'deny') return { checks, dvdcliPaths: [] };
  return { checks, dvdcliPaths: listedPaths(policy) ?? defaultPaths(core) };
}

function checkConfiguration(name: string, { verdict, findings }: Configuration): Check {
  const title = `policy ${name}`;
  if (verdict === 'allow') return check('policy', title, 'can be used');
  const refused = verdict === 'deny';
  const [first, ...others] = findings.filter(({ severity }) => severity === (refused ? 'error' : 'warning'));
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const found = first === undefined ? verdict : `${placeOf(first)}${first.message}${more}`;
  return check('policy', title, `${refused ? 'is refused' : 'can be used, but'}: ${found}`, [
    refused ? 'missing' : 'note',
    first === undefined ? 'correct it' : `${first.hint} dvdi explain ${first.code}`,
  ]);
}

function placeOf({ line, column }: Finding): string {
  return line === null || column === null ? '' : `${line}:${column}: `;
}

function defaultPaths(core: Core): string[] {
  const text = core.describe().policy.find(({ field }) => field === dvdcliField)?.default ?? '';
  return text === '' ? [] : [text];
}

/** The core has taken it, so it is an object, and the field, where there is one, an array of absolute paths. */
function listedPaths({ bytes }: Source): readonly string[] | undefined {
  const policy = JSON.parse(new TextDecoder().decode(bytes)) as { readonly [dvdcliField]?: readonly string[] };
  return policy[dvdcliField];
}
