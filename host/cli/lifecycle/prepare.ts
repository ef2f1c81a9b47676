import type { Finding } from '../../core/documents.ts';
import { RefusedError } from '../../isolator/isolator-error.ts';
import type { PrepareAnswer } from '../../isolator/prepare-answer.ts';
import { printableJson } from '../../system/printable-text.ts';
import { type CommandLog, withLog } from '../command-log.ts';
import type { PrepareFormat, PrepareOptions } from '../commands/prepare.ts';
import type { Context } from '../context.ts';
import { type DocumentSession, printFindings } from '../document-session.ts';
import { exitCodeOf, reportError } from '../error-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { printError } from '../render/print-error.ts';
import { EndedEarlyError } from '../run/ended-early-error.ts';
import { createEventWriter, type EventWriter } from '../run/event-writer.ts';
import { requireMountRights } from '../run/mount-rights.ts';
import { SignalRelay, signalExitCode } from '../run/signal-relay.ts';
import { containerLaunchInfo } from '../runtime/container-launch-info.ts';
import { openSession } from './session.ts';

/** One `dvdi prepare`, its command line and its document read. */
export interface PrepareRequest {
  readonly container: string;
  readonly session: DocumentSession;
  readonly options: PrepareOptions;
  readonly context: Context;
}

interface Logged extends PrepareRequest {
  readonly log: CommandLog;
}

function inFormat(answer: PrepareAnswer, format: PrepareFormat): unknown {
  switch (format) {
    case 'json':
      return answer;
    case 'mesos':
      return containerLaunchInfo(answer.launch);
    case 'commands':
      return answer.launch.commands;
  }
}

/** Says why nothing was done; with `--json` the findings are part of the one document on stdout. */
async function refuse(findings: readonly Finding[], { session, options, context }: PrepareRequest): Promise<number> {
  const shown = session.redactor.document(findings);
  if (options.json) {
    const error = { code: 'refused', message: 'the document or the policy was refused' };
    context.stdout.line(printableJson({ error, findings: shown }));
  } else await printFindings(shown, session, context.stderr, options.quiet);
  return exitCodes.refused;
}

/** Prepares, and gives up with everything undone when a signal asks for an end. */
async function carryOut(request: Logged, events: EventWriter, signal: AbortSignal): Promise<PrepareAnswer> {
  const { container, session, options, context, log } = request;
  await using opened = await openSession({ ...session, options, context, events, log });
  const { document, kind } = session;
  const { answer } = await opened.isolator.prepare(container, document.bytes, kind, { signal });
  return answer;
}

/**
 * Prepares a container, and prints what its runtime has to do.
 * @returns the exit code
 */
export async function prepareContainer(request: PrepareRequest): Promise<number> {
  const { options, context } = request;
  return withLog('prepare', options, context, (log) => prepareLogged({ ...request, log }));
}

async function prepareLogged(request: Logged): Promise<number> {
  const { container, session, options, context, log } = request;
  const { policyFindings, policyRefused, inspection, redactor } = session;
  if (policyRefused || inspection.verdict === 'deny') {
    const findings = redactor.document([...policyFindings, ...inspection.findings]);
    log.onEvent({ type: 'refused', container, findings });
    return refuse(findings, request);
  }
  await requireMountRights();

  const giveUp = new AbortController();
  const signals = new SignalRelay((signal, asksForEnd) => {
    if (asksForEnd) giveUp.abort(new EndedEarlyError(signal, 'everything was prepared'));
  });
  const events = createEventWriter(null, options.json === true, redactor, context);
  try {
    const answer = await carryOut(request, events, giveUp.signal);
    const findings = redactor.document([...policyFindings, ...answer.findings]);
    if (options.json) events.write({ event: 'findings', findings });
    else await printFindings(findings, session, context.stderr, options.quiet);
    context.stdout.line(printableJson(inFormat(answer, options.format)));
    return exitCodes.ok;
  } catch (error) {
    // What the ledger says may refuse what the document alone did not.
    if (error instanceof RefusedError) return refuse([...policyFindings, ...error.findings], request);
    printError(redactor.document(reportError(error)), options.json === true, context);
    const code = exitCodeOf(error);
    return code === exitCodes.machine && signals.first !== null ? signalExitCode(signals.first) : code;
  }
}
