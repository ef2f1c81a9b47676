import type { Finding, Plan } from '../core/documents.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import { createRedactor } from '../system/redaction.ts';
import { type PreparedLaunch, resolveLaunch } from './launch-spec.ts';

/** Where a volume of a container is. */
export interface PreparedVolume {
  readonly driver: string;
  readonly name: string;
  readonly mountpoint: string;
  /** As the container sees it, or null when it is mounted on the host only. */
  readonly path: string | null;
  readonly mode: 'rw' | 'ro';
}

/** What `prepare` says. The ledger keeps it, so that who asks again is told the same. */
export interface PrepareAnswer {
  readonly container: string;
  readonly launch: PreparedLaunch;
  readonly volumes: readonly PreparedVolume[];
  readonly findings: readonly Finding[];
}

/** Puts together what was decided and what the steps have yielded. No option of a volume is in it, nor a secret. */
export function prepareAnswer(plan: Plan, mountpoints: ReadonlyMap<number, Mountpoint>): PrepareAnswer {
  const volumes = plan.claims.map(({ driver, name, path, mode, step }): PreparedVolume => {
    const mountpoint = mountpoints.get(step)?.path;
    if (mountpoint === undefined) throw new Error(`expected step ${step} to have yielded a mountpoint`);
    return { driver, name, mountpoint, path, mode };
  });
  const findings = createRedactor(plan).document(plan.findings);
  return { container: plan.container, launch: resolveLaunch(plan, mountpoints), volumes, findings };
}
