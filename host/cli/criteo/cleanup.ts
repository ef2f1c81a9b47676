import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CliError } from '../cli-error.ts';
import { withLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { containerIdText, isContainerId } from '../runtime/container-id.ts';
import { readConfiguration } from './configuration.ts';
import type { Exchange } from './exchange.ts';

/**
 * The container's id alone: the rest of the document may be whatever a prepare refused, and a cleanup that fails keeps
 * Mesos from ever letting go of the container.
 */
function readContainer(input: Uint8Array): string {
  let got = 'no container_id';
  try {
    const document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input)) as unknown;
    const id = (document as { container_id?: unknown } | null)?.container_id;
    if (isContainerId(id)) return containerIdText(id);
  } catch (error) {
    got = (error as Error).message;
  }
  throw new CliError('the input names no container', {
    code: 'criteo-input',
    expected: '{"container_id": {"value": …}, …}',
    got,
    advice: 'let the Mesos agent call it; docs/criteo.md shows how to try it by hand',
  });
}

/**
 * Releases what the container of INPUT holds. One that was never prepared is fine: Mesos cleans up after a failed
 * prepare as well.
 * @returns the exit code; ERROR has the cause when it is not 0
 * @throws {CliError} `criteo-configuration`, `criteo-input`
 */
export async function cleanUpForMesos(exchange: Exchange, context: Context): Promise<number> {
  const configuration = readConfiguration(context.environment);
  const container = readContainer(exchange.readInput());
  if (!existsSync(join(configuration.stateDir, 'ledger.sqlite'))) return exitCodes.ok;
  const { unmountForMesos } = await import('./actions.ts');
  return withLog('criteo-cleanup', configuration, context, (log) =>
    unmountForMesos({ configuration, container, exchange, context, log }),
  );
}
