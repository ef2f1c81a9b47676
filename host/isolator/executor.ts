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

/** Whom to tell of what is done. */
export interface Telling {
  /** null in a recover: a step there belongs to none, or says itself whose it is. */
  readonly container: string | null;
  readonly onEvent: EventListener;
}

/**
 * Carries out the plan of a `prepare`. `bind` steps are left out: they belong to whoever starts the task.
 *
 * It stops at the first failure: nothing new starts, what is in flight is waited for, and then everything that was
 * done, or may have been, is undone in the opposite order, every undo tried whatever became of the others.
 * @throws {PlanFailedError} with every failure.
 */
export async function executePlan(plan: Plan, runner: StepRunner, onEvent: EventListener): Promise<void> {
  const telling = { container: plan.container, onEvent };
  const failures = await performSteps(plan.steps, runner, telling, 'stop');
  if (failures.length === 0) return;
  failures.push(...(await undoSteps(plan.steps, runner, telling)));
  throw new PlanFailedError(plan, failures);
}

/** Performs steps in their order, and gives the failures. A cleanup goes on with all that does not depend on one. */
export async function performSteps(
  steps: readonly Step[],
  runner: Pick<StepRunner, 'perform'>,
  telling: Telling,
  onFailure: OnFailure,
): Promise<StepError[]> {
  const performed = steps.filter(({ action }) => action !== 'bind');
  const perform = (step: Step) => observe(step, 'do', telling, () => runner.perform(step));
  const failed = await runGraph(performed, perform, onFailure);
  return failed.map(({ node, error }) => new StepError(node, 'do', error));
}

/** Undoes what was done of some steps, or may have been, and gives the failures. */
export async function undoSteps(steps: readonly Step[], runner: StepRunner, telling: Telling): Promise<StepError[]> {
  const acted = steps.filter((step) => step.undo !== null && runner.hasActed(step));
  const perform = ({ node }: { node: Step }) => observe(node, 'undo', telling, () => runner.undo(node));
  const failed = await runGraph(reversed(acted), perform, 'go-on');
  return failed.map(({ node, error }) => new StepError(node.node, 'undo', error));
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
