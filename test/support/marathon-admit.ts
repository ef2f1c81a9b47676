import type { Admit } from '../../host/admission/marathon/index.ts';
import type { Core } from '../../host/core/index.ts';

const NOW = '2026-11-24T00:00:00Z';

/** The core's own verdict, under the policy in force in it. */
export function admitWith(core: Core): Admit {
  const kinds = new Map(core.describe().kinds.map(({ id, name }) => [name, id]));
  return async (name, document) => {
    const kind = name === null ? 0 : kinds.get(name);
    if (kind === undefined) return { failure: 'fault', message: `no kind ${name}` };
    return { admission: core.admit({ kind, now: NOW }, document) };
  };
}
