import type { Inspection, Plan } from '../core/documents.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import { cleanContainer } from './cleaning.ts';
import { executePlan, undoSteps } from './executor.ts';
import { ContainerConflictError, PlanFailedError, RefusedError, StepError } from './isolator-error.ts';
import type { IsolatorParts } from './isolator-parts.ts';
import type { PreparedLaunch } from './launch-spec.ts';
import type { ProcessRecord } from './ledger/ledger.ts';
import { forgetContainer, removeDirectories } from './leftovers.ts';
import { PrepareRunner } from './plan-runner.ts';
import { type PrepareAnswer, prepareAnswer } from './prepare-answer.ts';
import { lookAtVolumes, withPresences } from './volume-presence.ts';

/** A container whose volumes are mounted; give it to `startTask`. */
export interface Prepared {
  readonly container: string;
  /** What a runtime is told; the same whenever it asks again. */
  readonly answer: PrepareAnswer;
  readonly inspection: Inspection;
  /** null when it was repeated: nothing was planned. */
  readonly plan: Plan | null;
  /** Whether the container was prepared from the same request before, so that nothing was done now. */
  readonly isRepeated: boolean;
  /** Where each volume is mounted, by the id of the step that says so; empty when it was repeated. */
  readonly mountpoints: ReadonlyMap<number, Mountpoint>;
  readonly launch: PreparedLaunch;
}

/** One container to be prepared; its name is held. */
export interface Preparation {
  readonly container: string;
  readonly document: Uint8Array | string;
  readonly kind: number;
  readonly inspection: Inspection;
  readonly requestHash: string;
  readonly process: ProcessRecord | null;
  readonly signal: AbortSignal | undefined;
}

type Beginning =
  | { readonly is: 'begun'; readonly plan: Plan }
  | { readonly is: 'repeated'; readonly answer: PrepareAnswer }
  /** It was being prepared or cleaned up by somebody who came to no end. */
  | { readonly is: 'broken-off' };

/**
 * Mounts what a document asks for: all of it, or nothing. Two changes of the ledger frame it: the intent before any
 * act, the answer when everything is there.
 * @throws {RefusedError | ContainerConflictError} nothing was done.
 * @throws {PlanFailedError} a step failed; what was done is undone, but what the error names.
 */
export async function prepareContainer(parts: IsolatorParts, preparation: Preparation): Promise<Prepared> {
  const { container, inspection } = preparation;
  let beginning = await begin(parts, preparation);
  if (beginning.is === 'broken-off') {
    await cleanBrokenOff(parts, container);
    beginning = await begin(parts, preparation);
  }
  if (beginning.is === 'repeated') {
    parts.onEvent({ type: 'repeated', container });
    const { answer } = beginning;
    const { launch } = answer;
    return { container, answer, inspection, plan: null, isRepeated: true, mountpoints: new Map(), launch };
  }
  if (beginning.is !== 'begun') throw new Error(`expected the container ${JSON.stringify(container)} to be cleaned up`);
  return await carryOut(parts, preparation, beginning.plan);
}

/** Decides and writes the intent in one step, so that nobody comes in between. */
async function begin({ core, ledger }: IsolatorParts, preparation: Preparation): Promise<Beginning> {
  const { container, document, kind, inspection, requestHash, process } = preparation;
  const { requests } = inspection;
  const presences = await lookAtVolumes(await ledger.read((rows) => rows.volumesLike(requests, container)));
  return await ledger.change((rows): Beginning => {
    const record = rows.container(container);
    if (record !== null && record.state !== 'prepared') return { is: 'broken-off' };
    if (record !== null && record.requestHash === requestHash && record.answer !== null) {
      return { is: 'repeated', answer: JSON.parse(record.answer) as PrepareAnswer };
    }
    if (record !== null) throw new ContainerConflictError(container);
    const volumes = withPresences(rows.volumesLike(requests, container), presences);
    const plan = core.prepare({ container, kind, ledger: { volumes } }, document);
    if (plan.verdict === 'deny') throw new RefusedError('the document', plan.findings, requests);
    rows.intend({ container, requestHash, process }, plan.claims);
    return { is: 'begun', plan };
  });
}

/** A volume that cannot be released is tried again later, and keeps nobody from anything. */
async function cleanBrokenOff(parts: IsolatorParts, container: string): Promise<void> {
  try {
    await cleanContainer(parts, container);
  } catch (error) {
    if (!(error instanceof PlanFailedError)) throw error;
  }
}

async function carryOut(parts: IsolatorParts, preparation: Preparation, plan: Plan): Promise<Prepared> {
  const { core, ledger, driverOf, releases, onEvent } = parts;
  const { container, document, kind, inspection, signal } = preparation;
  const source = { document, kind, requests: inspection.requests };
  const runner = new PrepareRunner({ plan, source, core, ledger, driverOf, releases, signal });
  onEvent({ type: 'planned', container, plan });
  try {
    await executePlan(plan, runner, onEvent);
  } catch (error) {
    throw await giveUp(parts, plan, error);
  }
  try {
    const answer = prepareAnswer(plan, runner.mountpoints);
    await ledger.change((rows) => rows.finish(container, JSON.stringify(answer)));
    const { mountpoints } = runner;
    return { container, answer, inspection, plan, isRepeated: false, mountpoints, launch: answer.launch };
  } catch (error) {
    const failures = await undoSteps(plan.steps, runner, { container, onEvent });
    throw await giveUp(parts, plan, failures.length === 0 ? error : new PlanFailedError(plan, failures, error));
  }
}

/**
 * Drops the container, and releases and removes what it claimed and did not mount or make itself: those who did may
 * have left it to this one meanwhile.
 * @returns what to throw.
 */
async function giveUp(parts: IsolatorParts, plan: Plan, reason: unknown): Promise<unknown> {
  const { ledger, releases } = parts;
  const { container } = plan;
  const before = reason instanceof PlanFailedError ? reason.failures : [];
  try {
    const left = await ledger.change((rows) => forgetContainer(rows, container));
    // A release that has just failed is not tried again at once.
    const failed = before.filter(({ phase }) => phase === 'undo');
    const others = left.volumes.filter(({ driver, name }) => !failed.some(({ step }) => isAbout(step, driver, name)));
    const outcomes = await Promise.all(others.map((volume) => releases.release(volume, { container })));
    const failures = outcomes.flatMap(({ volume, outcome, error }) => {
      const step = plan.steps.find((each) => isAbout(each, volume.driver, volume.name));
      return outcome === 'failed' && step !== undefined ? [new StepError(step, 'undo', error)] : [];
    });
    const firstId = plan.steps.length;
    failures.push(...(await removeDirectories(parts, container, left.directories, firstId)));
    if (failures.length === 0) return reason;
    return new PlanFailedError(plan, [...before, ...failures], before.length === 0 ? reason : undefined);
  } catch (error) {
    // The container stays as it is: the next prepare, cleanup or recover of it goes on from there.
    return new PlanFailedError(plan, before, error);
  }
}

function isAbout(step: Plan['steps'][number], driver: string, name: string): boolean {
  if (!('volume' in step) || typeof step.volume !== 'object') return false;
  return step.volume.driver === driver && step.volume.name === name;
}
