import type { Source } from '../../admission/finding-text.ts';
import type { Core } from '../../core/index.ts';
import { RefusedError } from '../../isolator/isolator-error.ts';
import { printableJson } from '../../system/printable-text.ts';
import { createRedactor, type Redactor } from '../../system/redaction.ts';
import type { CommandLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { openPolicy, type PolicySession } from '../document-session.ts';
import { exitCodeOf } from '../error-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { openSession, type Session } from '../lifecycle/session.ts';
import { EndedEarlyError } from '../run/ended-early-error.ts';
import { SignalRelay, signalExitCode } from '../run/signal-relay.ts';
import { containerLaunchInfo } from '../runtime/container-launch-info.ts';
import { cleanUpInBackground, releaseInBackground } from './background.ts';
import { causeOfFailure, causeOfRefusal } from './cause.ts';
import type { CriteoConfiguration } from './configuration.ts';
import type { Exchange } from './exchange.ts';

/** What both calls have. */
interface Call {
  readonly configuration: CriteoConfiguration;
  readonly container: string;
  readonly exchange: Exchange;
  readonly context: Context;
  readonly log: CommandLog;
}

/** An accepted document with the policy in force. */
export interface MountCall extends Call {
  readonly core: Core;
  readonly policy: Source | null;
  readonly document: Uint8Array;
  readonly kind: number;
  readonly redactor: Redactor;
}

/** What the adapter tells on stderr goes into the agent's log: plain lines. */
function open(call: Call, policy: Pick<PolicySession, 'core' | 'policy'>, redactor: Redactor): Promise<Session> {
  const options = { ...call.configuration, color: true };
  return openSession({ ...policy, redactor, options, context: call.context, log: call.log, retries: false });
}

/** Retries are not this container's business, and Mesos has its time measured: they go on without the adapter. */
async function retryInBackground(session: Session, configuration: CriteoConfiguration): Promise<void> {
  if (await session.isolator.hasDueReleases()) releaseInBackground(configuration);
}

/**
 * Mounts, and writes what Mesos has to bind into OUTPUT. When the module's time is over (SIGTERM) what was done is
 * undone as far as its patience goes; the rest is in the ledger, and Mesos calls the cleanup next.
 */
export async function mountForMesos(call: MountCall): Promise<number> {
  const { configuration, container, document, kind, redactor, exchange } = call;
  const giveUp = new AbortController();
  const signals = new SignalRelay((signal, asksForEnd) => {
    if (asksForEnd) giveUp.abort(new EndedEarlyError(signal, 'everything was prepared'));
  });
  try {
    await using session = await open(call, call, redactor);
    const { answer } = await session.isolator.prepare(container, document, kind, { signal: giveUp.signal });
    exchange.writeOutput(printableJson(containerLaunchInfo(answer.launch)));
    await retryInBackground(session, configuration);
    return exitCodes.ok;
  } catch (error) {
    const isRefused = error instanceof RefusedError;
    exchange.writeError(isRefused ? causeOfRefusal(error.findings, redactor) : causeOfFailure(error, redactor));
    return signals.first === null ? exitCodeOf(error) : signalExitCode(signals.first);
  }
}

/**
 * Releases what a container holds. Mesos never asks again, so that what it has no time for goes on in the background,
 * and so does, some time later, what failed.
 */
export async function unmountForMesos(call: Call): Promise<number> {
  const { configuration, container, exchange, context, log } = call;
  const nothingSecret = createRedactor();
  const policy = await openPolicy(configuration.policy, context);
  // A container must not stay because of a policy that was broken since: the defaults are in force then.
  const inForce = policy.policyRefused ? { core: policy.core, policy: null } : policy;
  if (policy.policyRefused) {
    log.onEvent({ type: 'refused', container: null, findings: policy.policyFindings });
    context.stderr.line(causeOfRefusal(policy.policyFindings, nothingSecret));
  }
  new SignalRelay((signal, asksForEnd) => {
    if (!asksForEnd) return;
    // What this process holds dies with it, its dvdcli too: the other one takes over where it was.
    cleanUpInBackground(container, configuration);
    log.write('warn', 'background', { container, signal });
    exchange.writeError(`${signal} came before all was released; it goes on in the background`);
    process.exit(signalExitCode(signal));
  });
  await using session = await open(call, inForce, nothingSecret);
  try {
    await session.isolator.cleanup(container);
    return exitCodes.ok;
  } catch (error) {
    exchange.writeError(causeOfFailure(error, nothingSecret));
    return exitCodeOf(error);
  } finally {
    await retryInBackground(session, configuration);
  }
}
