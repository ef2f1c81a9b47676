import type { RecoveredVolume, RecoverPlan, Step } from '../core/documents.ts';

/**
 * Puts the plans of several parts together: the steps are numbered anew, and a container that claims volumes of several
 * parts is forgotten once.
 */
export function mergeRecoverPlans(plans: readonly RecoverPlan[]): RecoverPlan {
  const [first] = plans;
  if (first === undefined) throw new Error('expected at least one plan to merge');
  const steps: Step[] = [];
  const forgets = new Map<string, number>();
  const volumes: RecoveredVolume[] = [];
  for (const plan of plans) {
    const ids = new Map<number, number>();
    for (const step of plan.steps) {
      const known = step.action === 'forget' ? forgets.get(step.container) : undefined;
      const id = known ?? steps.length;
      ids.set(step.id, id);
      if (known !== undefined) continue;
      if (step.action === 'forget') forgets.set(step.container, id);
      steps.push({ ...step, id, after: step.after.map((before) => ids.get(before) ?? before) });
    }
    volumes.push(
      ...plan.volumes.map((volume) => ({
        ...volume,
        step: volume.step === null ? null : (ids.get(volume.step) ?? null),
      })),
    );
  }
  const leftOut = plans.reduce((sum, plan) => sum + (plan.findingsLeftOut ?? 0), 0);
  return {
    abi: first.abi,
    plan: 'recover',
    verdict: plans.some(({ verdict }) => verdict === 'warn') ? 'warn' : 'allow',
    gone: [...new Set(plans.flatMap(({ gone }) => gone))],
    volumes,
    steps,
    findings: plans.flatMap(({ findings }) => findings),
    ...(leftOut === 0 ? {} : { findingsLeftOut: leftOut }),
  };
}
