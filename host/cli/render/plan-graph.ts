import type { Plan } from '../../core/documents.ts';

/** The steps that no other step waits for: the start of the task waits for these. */
export function lastSteps(plan: Plan): number[] {
  const awaited = new Set(plan.steps.flatMap((step) => step.after));
  return plan.steps.map((step) => step.id).filter((id) => !awaited.has(id));
}

/** Whether a drawing of the plan ends in the start of the task. */
export function startsTask(plan: Plan): boolean {
  return plan.plan === 'prepare' && plan.verdict !== 'deny';
}
