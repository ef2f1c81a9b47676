import type { Core } from '../../core/index.ts';
import type { Check, CheckRequest } from './checking.ts';

/** Name of the container whose plan is shown; a real one gets its id from the scheduler. */
const CONTAINER = 'example';

/**
 * Judges a document under a policy as an agent would that runs nothing else.
 * @throws {CoreError} when the core failed, or the texts are larger than it takes
 */
export function judge(core: Core, { document, policy, kind, now }: CheckRequest): Check {
  // A policy that is refused leaves the one before it in force: that of an earlier text must not be it.
  core.configure('');
  const configuration = core.configure(policy.trim() === '' ? '' : policy);
  if (configuration.verdict === 'deny') return { configuration, admission: null, plan: null };
  const admission = core.admit({ kind, now }, document);
  const plan = core.prepare({ container: CONTAINER, kind, now, ledger: { volumes: [] } }, document);
  return { configuration, admission, plan: admission.tasks.length > 1 ? null : plan };
}
