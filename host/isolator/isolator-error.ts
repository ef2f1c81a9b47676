import type { Finding, Plan, Step } from '../core/documents.ts';
import { createRedactor } from '../system/redaction.ts';

/** The core refused: the document, the policy or the request has findings that are errors. Nothing was done. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';
  /**
   * All of them, warnings too. Their texts may quote the document, but for its secrets: never print them raw to a
   * terminal.
   */
  readonly findings: readonly Finding[];

  /** @param asked what has the options that the findings may quote: requests, or rows of the ledger. */
  constructor(what: string, findings: readonly Finding[], asked: unknown = []) {
    const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    super(`${what} was refused: ${[...new Set(codes)].join(', ')}`);
    this.findings = createRedactor(asked).document(findings);
  }
}

/** The container is prepared already, from another document or under another policy. Nothing was done. */
export class ContainerConflictError extends Error {
  override readonly name = 'ContainerConflictError';
  readonly code = 'container-conflict';
  readonly container: string;
  readonly advice = 'clean the container up first, or give the new one an id of its own';

  constructor(container: string) {
    super(`the container ${JSON.stringify(container)} is prepared already, from another request`);
    this.container = container;
  }
}

/** One step, or the undo of one, that failed; `cause` says why. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly code = 'step-failed';
  /** Without the values of secret options. */
  readonly step: Step;
  /** Whether it was to be done or to be undone. */
  readonly phase: 'do' | 'undo';

  constructor(step: Step, phase: 'do' | 'undo', cause: unknown) {
    const what = phase === 'do' ? 'failed' : 'could not be undone';
    super(`step ${step.id} (${step.action}${subjectOf(step)}) ${what}`, { cause });
    this.step = createRedactor(step).document(step);
    this.phase = phase;
  }
}

/**
 * A plan that could not be carried out. After a failed `prepare` everything was undone but what `failures` names with
 * the phase `undo`; after a failed `cleanup` everything was done but what `failures` names.
 */
export class PlanFailedError extends Error {
  override readonly name = 'PlanFailedError';
  readonly code = 'plan-failed';
  readonly container: string;
  /** Without the values of secret options. */
  readonly plan: Plan;
  /** In the order in which they came: each step's failure, then each undo's. */
  readonly failures: readonly StepError[];

  /** @param cause why the ledger could not be brought to an end, if it could not. */
  constructor(plan: Plan, failures: readonly StepError[], cause?: unknown) {
    const undos = failures.filter(({ phase }) => phase === 'undo').length;
    const rest = plan.plan === 'cleanup' ? 'the rest was done' : undosText(undos);
    const what = `the ${plan.plan} of container ${JSON.stringify(plan.container)} failed; ${rest}`;
    super(what, cause === undefined ? undefined : { cause });
    this.container = plan.container;
    this.plan = createRedactor(plan).document(plan);
    this.failures = failures;
  }
}

function undosText(count: number): string {
  if (count === 0) return 'everything was undone';
  return `everything was undone but ${count === 1 ? 'one step' : `${count} steps`}`;
}

function subjectOf(step: Step): string {
  if ('volume' in step && typeof step.volume === 'object') {
    return ` ${JSON.stringify(step.volume.name)} of ${JSON.stringify(step.volume.driver)}`;
  }
  return 'location' in step ? ` ${JSON.stringify(step.location.path)}` : '';
}
