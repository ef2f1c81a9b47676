import type { Plan, Step } from '../core/documents.ts';
import { type OnFailure, reversed, runGraph } from './graph.ts';
import { PlanFailedError, StepError } from './isolator-error.ts';
import type { EventListener, StepNote } from './isolator-event.ts';

/** Knows how a single step is done and undone. */
export interface StepRunner {
  perform(step: Step): Promise<StepNote | null>;
  /** Whether there is something to undo: the step was done, or may have been. */
  hasActed(step: Step): boolean;
  undo(step: Step): Promise<StepNote | null>;
}

/**
 * Carries out a plan. `bind` steps are left out: they belong to whoever starts the task.
 *
 * A `prepare` stops at the first failure: nothing new starts, what is in flight is waited for, and then everything that
 * was done, or may have been, is undone in the opposite order, every undo tried whatever became of the others. A
 * `cleanup` goes on with all that does not depend on what failed.
 * @throws {PlanFailedError} with every failure.
 */
export async function executePlan(plan: Plan, runner: StepRunner, onEvent: EventListener): Promise<void> {
  const steps = plan.steps.filter(({ action }) => action !== 'bind');
  const onFailure: OnFailure = plan.plan === 'prepare' ? 'stop' : 'skip-dependents';
  const tell = { container: plan.container, onEvent };
  const failed = await runGraph(steps, (step) => observe(step, 'do', tell, () => runner.perform(step)), onFailure);
  if (failed.length === 0) return;
  const failures = failed.map(({ node, error }) => new StepError(node, 'do', error));
  if (plan.plan === 'prepare') failures.push(...(await undoSteps(steps, runner, tell)));
  throw new PlanFailedError(plan, failures);
}

/** Undoes what was done of some steps. */
async function undoSteps(steps: readonly Step[], runner: StepRunner, tell: Telling): Promise<StepError[]> {
  const acted = steps.filter((step) => step.undo !== null && runner.hasActed(step));
  const perform = ({ node }: { node: Step }) => observe(node, 'undo', tell, () => runner.undo(node));
  const failed = await runGraph(reversed(acted), perform, 'go-on');
  return failed.map(({ node, error }) => new StepError(node.node, 'undo', error));
}

interface Telling {
  readonly container: string;
  readonly onEvent: EventListener;
}

async function observe(
  step: Step,
  phase: 'do' | 'undo',
  { container, onEvent }: Telling,
  act: () => Promise<StepNote | null>,
): Promise<void> {
  const startMs = performance.now();
  onEvent({ type: 'step-started', container, step, phase });
  try {
    const note = await act();
    onEvent({ type: 'step-done', container, step, phase, durationMs: performance.now() - startMs, note });
  } catch (error) {
    onEvent({ type: 'step-failed', container, step, phase, durationMs: performance.now() - startMs, error });
    throw error;
  }
}
