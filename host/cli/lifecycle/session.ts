import type { Source } from '../../admission/finding-text.ts';
import type { Core } from '../../core/index.ts';
import { createPluginDriver } from '../../driver/plugin/plugin-driver.ts';
import { Isolator } from '../../isolator/isolator.ts';
import type { IsolatorEvent } from '../../isolator/isolator-event.ts';
import type { Redactor } from '../../system/redaction.ts';
import type { LifecycleOptions } from '../cli-command.ts';
import type { CommandLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { pluginDirectories } from '../plugin-directories.ts';
import { createLiveProgress, createPlainProgress, type Progress, silentProgress } from '../render/progress.ts';
import { createEventWriter, type EventWriter } from '../run/event-writer.ts';
import { showSteps } from '../run/step-progress.ts';

/** What a session is made of; the policy was read and is in force in the core. */
export interface SessionRequest {
  readonly core: Core;
  readonly policy: Source | null;
  readonly redactor: Redactor;
  readonly options: LifecycleOptions;
  readonly context: Context;
  readonly log: CommandLog;
  /** Whether a cleanup tries again what is due; true by default. */
  readonly retries?: boolean;
  /** Told of everything besides the progress; `--json` writes it to stderr when there is no other. */
  readonly events?: EventWriter;
}

/** An isolator on the state directory, with what it tells shown as the options ask for. */
export interface Session extends AsyncDisposable {
  readonly isolator: Isolator;
  readonly progress: Progress;
}

async function createProgress({ options, context, log }: SessionRequest): Promise<Progress> {
  if (options.json || options.quiet || log.isOnStderr) return silentProgress;
  return context.stderr.terminal ? createLiveProgress(context.stderr) : createPlainProgress(context.stderr);
}

/**
 * Opens the ledger of the state directory, and an isolator on it. Leaving it waits for retries in the background.
 * @throws {LedgerError}
 */
export async function openSession(request: SessionRequest): Promise<Session> {
  const { core, policy, options, context, redactor, log } = request;
  const progress = await createProgress(request);
  const events = request.events ?? createEventWriter(null, options.json === true, redactor, context);
  const show = showSteps(progress);
  const close = (): void => {
    progress.close();
    if (request.events === undefined) events.close();
  };
  const create = () =>
    Isolator.create({
      core,
      ...(policy === null ? {} : { policy: policy.bytes }),
      stateDirectory: options.stateDir,
      ...(options.workDir === undefined ? {} : { workDirectory: options.workDir }),
      retries: request.retries ?? true,
      drivers: {
        plugin: createPluginDriver({
          directories: pluginDirectories(options.pluginDir),
          wait: options.wait,
          notice: (text) => {
            log.write('warn', 'driver-waited-for', { message: text });
            progress.note(text);
          },
        }),
      },
      onEvent: (event: IsolatorEvent) => {
        log.onEvent(event);
        events.step(event);
        show(event);
      },
    });
  let isolator: Isolator;
  try {
    isolator = await create();
  } catch (error) {
    log.write('error', 'not-started', { error });
    close();
    throw error;
  }
  return {
    isolator,
    progress,
    async [Symbol.asyncDispose]() {
      try {
        await isolator.close();
      } finally {
        close();
      }
    },
  };
}
