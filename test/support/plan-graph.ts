import type { BindStep, Plan, Step } from '../../host/core/documents.ts';

/** Steps that yield a mountpoint. */
export function isVolumeStep(step: Step | undefined): boolean {
  return step?.action === 'mountVolume' || step?.action === 'reuseVolume';
}

/** Steps that give a directory to bind on. */
export function isDirectoryStep(step: Step | undefined): boolean {
  return step?.action === 'requireDirectory' || step?.action === 'ensureDirectory';
}

/** For each step, the ids of all that must have been done before it, at whatever distance. */
export function ancestorsOf(plan: Plan): ReadonlySet<number>[] {
  const all: Set<number>[] = [];
  for (const step of plan.steps) {
    const ancestors = new Set(step.after);
    for (const id of step.after) for (const further of all[id] ?? []) ancestors.add(further);
    all.push(ancestors);
  }
  return all;
}

/** The binds of a plan, in the order in which they are made. */
export function bindsOf(plan: Plan): BindStep[] {
  return plan.launch.binds.map((id) => {
    const step = plan.steps[id];
    if (step?.action !== 'bind') throw new Error(`launch.binds names step ${id}, which is ${step?.action ?? 'none'}`);
    return step;
  });
}

/** True when a path is inside of a directory, both normalised. */
export function isInside(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
