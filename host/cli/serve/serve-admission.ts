import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { listenAddressText } from '../../admission/service/listen-address.ts';
import { Service } from '../../admission/service/service.ts';
import { ServiceError } from '../../admission/service/service-error.ts';
import type { ServiceLog } from '../../admission/service/service-log.ts';
import type { Finding } from '../../core/documents.ts';
import { printableJson, printableText } from '../../system/printable-text.ts';
import type { CommandLog } from '../command-log.ts';
import { withLog } from '../command-log.ts';
import type { ServeOptions } from '../commands/serve.ts';
import type { Context } from '../context.ts';
import { loadCore } from '../core-session.ts';
import { printFindings } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';
import { installedVersion, readInstalled } from '../installation.ts';
import { nothingSecret } from '../lifecycle/policy-refusal.ts';
import { listenAddress, marathonFront, monitorRules, tlsPaths, workerCount } from './service-settings.ts';
import { keepHeapSmall } from './small-heap.ts';

/** What an operator must see who has asked for no log: these events are rare, and each wants somebody to act. */
const TOLD: ReadonlySet<string> = new Set(['reload-refused', 'reloaded', 'worker-replaced', 'request-failed']);

/** The log of the service: that of the command, and stderr for what matters where that is not the log itself. */
function serviceLog(log: CommandLog, { quiet, json }: ServeOptions, { stderr }: Context): ServiceLog {
  return {
    write: (level, event, fields = {}) => {
      log.write(level, event, fields);
      if (log.isOnStderr || !TOLD.has(event) || (quiet && level !== 'error')) return;
      const { error, ...others } = fields;
      const { message, got } = (error ?? {}) as { readonly message?: unknown; readonly got?: unknown };
      const line = { event, ...others, ...(error === undefined ? {} : { error: { message, got } }) };
      if (json) {
        stderr.line(printableJson(line));
        return;
      }
      const reason = error === undefined ? [] : [message, got].filter((text) => typeof text === 'string');
      const words = [String(fields.what ?? fields.reason ?? ''), ...reason];
      stderr.line(printableText(`dvdi: ${level}: ${event}: ${words.filter((word) => word !== '').join(': ')}`));
    },
  };
}

/** The signals of an operator: the first to end drains, the next one ends at once. */
function onSignals(service: Service, ended: (isAnswered: boolean) => void): void {
  let isEnding = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      void service.close(isEnding).then(ended);
      isEnding = true;
    });
  }
  process.on('SIGHUP', () => void service.reload());
}

async function printRefusedPolicy(
  { findings }: { readonly findings: readonly Finding[] },
  options: ServeOptions,
  context: Context,
): Promise<void> {
  const { policy: file = '' } = options;
  if (options.json) {
    const error = { code: 'refused', message: 'the policy was refused' };
    context.stdout.line(printableJson({ error, findings }));
    return;
  }
  const policy = { name: file, bytes: readFileSync(file) };
  await printFindings(findings, { document: null, policy, redactor: nothingSecret }, context.stderr, options.quiet);
}

async function start(options: ServeOptions, context: Context, log: CommandLog): Promise<Service> {
  const monitored = monitorRules(options, (await loadCore()).describe());
  return Service.start({
    wasm: readInstalled('build/dvdi.wasm'),
    version: installedVersion(),
    address: listenAddress(options),
    policyPath: options.policy === undefined ? null : resolve(options.policy),
    tls: tlsPaths(options),
    workers: workerCount(options),
    queueMax: options.queue,
    deadlineMs: options.deadlineMs,
    drainNoticeMs: options.drainNoticeMs,
    drainDeadlineMs: options.drainDeadlineMs,
    mode: options.mode,
    monitorRules: monitored,
    onFailure: options.onFailure,
    marathon: await marathonFront(options, monitored),
    log: serviceLog(log, options, context),
  });
}

/**
 * Serves until it is told to end.
 * @returns the exit code: 0 when everything that had begun was answered
 */
async function serve(options: ServeOptions, context: Context, log: CommandLog): Promise<number> {
  let service: Service;
  try {
    service = await start(options, context, log);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.findings.length === 0) throw error;
    await printRefusedPolicy(error, options, context);
    return exitCodes.refused;
  }
  keepHeapSmall();
  const ended = new Promise<boolean>((resolve) => onSignals(service, resolve));
  const policy = options.policy === undefined ? null : { name: options.policy, bytes: readFileSync(options.policy) };
  const sources = { document: null, policy, redactor: nothingSecret };
  if (!options.json) await printFindings(service.policyFindings, sources, context.stderr, options.quiet);
  const address = listenAddressText(service.address);
  const scheme = options.tlsCert === undefined ? 'http' : 'https';
  if (options.json) context.stdout.line(printableJson({ ready: true, address, scheme, pid: process.pid }));
  else context.stdout.line(`ready: ${address.startsWith('unix:') ? address : `${scheme}://${address}`}`);
  return (await ended) ? exitCodes.ok : exitCodes.machine;
}

/** `dvdi serve`, with its log. */
export function serveAdmission(options: ServeOptions, context: Context): Promise<number> {
  return withLog('serve', options, context, (log) => serve(options, context, log));
}
