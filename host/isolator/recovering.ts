import type { RecoverPlan, VolumeId } from '../core/documents.ts';
import { bootId } from '../system/boot-id.ts';
import { BatchRelease } from './batch-release.ts';
import { performSteps } from './executor.ts';
import { RefusedError, type StepError } from './isolator-error.ts';
import { containerKey, type IsolatorParts } from './isolator-parts.ts';
import { type ContainerRecord, volumeText } from './ledger/ledger.ts';
import { ReleaseRunner } from './plan-runner.ts';
import { isAlive } from './process-record.ts';
import { type RecoverPart, recoverParts } from './recover-parts.ts';
import { mergeRecoverPlans } from './recover-plan.ts';
import { codeOf } from './release.ts';

/** Somebody works on a container that a runtime does not know: that ends soon, or the next recover sees to it. */
const HOLD_TIMEOUT_MS = 10_000;

export interface RecoverOptions {
  /** Containers that the runtime says are running. */
  readonly running: readonly string[];
  /** Containers that the runtime knows and will clean up itself soon. */
  readonly orphans: readonly string[];
  /**
   * Only these can be found to be gone; any other was not in the ledger when the runtime was asked, and is kept.
   * Without it no container may be prepared between the moment the runtime is asked and the call.
   */
  readonly judged?: ReadonlySet<string>;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

/** What was planned, and which steps of it failed. */
export interface Recovery {
  readonly plan: RecoverPlan;
  readonly failures: readonly StepError[];
}

/**
 * Brings the ledger and the machine together after a restart: containers that are gone are forgotten, volumes that
 * nobody uses are released, directories that nobody needs are removed. Every step can be repeated, so that a recover
 * that is killed is finished by the next one.
 * @throws {LedgerError | CoreError} only these: a volume that cannot be released is a failure among others.
 */
export async function recoverContainers(parts: IsolatorParts, options: RecoverOptions): Promise<Recovery> {
  const { ledger, core, onEvent } = parts;
  const records = await ledger.read((rows) => rows.containers());
  const gone = await findGone(parts, records, options);
  const orphans = new Set(options.orphans);
  const plans: RecoverPlan[] = [];
  const failures: StepError[] = [];
  const names = records.map(({ container }) => container);
  const batch = new BatchRelease(parts.releases);
  const tried = new Set<string>();
  const ask = (part: RecoverPart): RecoverPlan => {
    const kept = keptOf(part, gone);
    const plan = core.recover({
      boot: bootId(),
      running: kept.filter((container) => !orphans.has(container)),
      orphans: kept.filter((container) => orphans.has(container)),
      ...part,
    });
    if (plan.verdict === 'deny') throw new RefusedError('the request', plan.findings);
    return plan;
  };
  for await (const part of recoverParts(ledger, names, (container) => gone.has(container))) {
    const plan = ask(part);
    plans.push(plan);
    onEvent({ type: 'recover-planned', container: null, plan, isDryRun: options.dryRun ?? false });
    if (options.dryRun) continue;
    const release = async (volume: VolumeId) => {
      const released = await batch.release(volume, { container: null });
      // One in use may lose its users with the next part.
      if (released.outcome !== 'in-use') tried.add(volumeText(volume));
      return released;
    };
    const forget = (container: string) => forgetGone(parts, container, gone);
    const runner = new ReleaseRunner({ steps: plan.steps, ledger, container: null, release, forget });
    const telling = { container: null, onEvent };
    failures.push(...(await performSteps(plan.steps, runner, telling, 'skip-dependents')));
  }
  if (!options.dryRun) await releaseOthers(parts, batch, tried);
  // A ledger that is empty gives no part; the core says how an empty plan looks.
  if (plans.length === 0) plans.push(ask({ ledger: { containers: [], volumes: [], directories: [] }, mounts: [] }));
  return { plan: mergeRecoverPlans(plans), failures };
}

/**
 * The containers that nothing keeps: the runtime does not know them, their process is gone, and no isolator that is
 * alive works on them. With the records as they were, since one may be prepared anew before it is forgotten.
 */
async function findGone(
  { ledger }: IsolatorParts,
  records: readonly ContainerRecord[],
  { running, orphans, judged }: RecoverOptions,
): Promise<Map<string, ContainerRecord>> {
  const known = new Set([...running, ...orphans]);
  const gone = new Map<string, ContainerRecord>();
  for (const record of records) {
    const { container, process, state } = record;
    if (judged !== undefined && !judged.has(container)) continue;
    if (known.has(container) || (process !== null && isAlive(process))) continue;
    // What is prepared is not being worked on, or its cleanup is about to begin, which does no harm.
    if (state !== 'prepared' && (await isHeld(ledger, container))) continue;
    gone.set(container, record);
  }
  return gone;
}

async function isHeld(ledger: IsolatorParts['ledger'], container: string): Promise<boolean> {
  try {
    await using _held = await ledger.hold(containerKey(container), { timeoutMs: 0 });
    return false;
  } catch (error) {
    if (codeOf(error) !== 'ledger-busy') throw error;
    return true;
  }
}

/** Everybody who is named and not known to be gone: also who came into the ledger after it was looked at. */
function keptOf({ ledger }: RecoverPart, gone: ReadonlyMap<string, unknown>): string[] {
  const named = [
    ...ledger.containers,
    ...ledger.volumes.flatMap(({ containers }) => containers),
    ...ledger.directories.flatMap(({ containers }) => containers ?? []),
  ];
  return [...new Set(named)].filter((container) => !gone.has(container));
}

/** Forgets a container, unless it is another one by now: prepared anew, or being worked on. */
async function forgetGone(
  { ledger }: IsolatorParts,
  container: string,
  gone: Map<string, ContainerRecord>,
): Promise<void> {
  const before = gone.get(container);
  try {
    await using _held = await ledger.hold(containerKey(container), { timeoutMs: HOLD_TIMEOUT_MS });
    await ledger.change((rows) => {
      const now = rows.container(container);
      if (now !== null && before !== undefined && isSame(before, now)) rows.forget(container);
      else if (now !== null) gone.delete(container);
    });
  } catch (error) {
    // Whoever holds it keeps it, for what is still to be asked.
    gone.delete(container);
    throw error;
  }
}

function isSame(one: ContainerRecord, other: ContainerRecord): boolean {
  return (
    one.createdMs === other.createdMs &&
    one.requestHash === other.requestHash &&
    (one.state === other.state || other.state !== 'prepared')
  );
}

/** A volume may have lost its last user while others were seen to. */
async function releaseOthers(parts: IsolatorParts, batch: BatchRelease, tried: ReadonlySet<string>): Promise<void> {
  const left = await parts.ledger.read((rows) => rows.releasable({ uptimeMs: 0, boot: bootId() }, true));
  const others = left.filter((volume) => !tried.has(volumeText(volume)));
  for (const { volume, error, outcome } of await batch.releaseAll(others, { container: null })) {
    if (outcome === 'failed') parts.onEvent({ type: 'retry-failed', container: null, volume, error });
  }
}
