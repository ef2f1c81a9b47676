import { createRedactor } from '../../system/redaction.ts';
import { CliError } from '../cli-error.ts';
import { withLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { openPolicy } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';
import { causeOfRefusal } from './cause.ts';
import { readConfiguration } from './configuration.ts';
import type { Exchange } from './exchange.ts';

/** The number of `mesos-container` in the ABI (docs/abi/v1.md): an isolator is never handed anything else. */
const mesosContainerKind = 2;

function noContainer(): CliError {
  return new CliError('the input names no container', {
    code: 'criteo-input',
    expected: '{"container_id": {"value": …}, "container_config": {…}}',
    got: 'a document without a container id',
    advice: 'let the Mesos agent call it; docs/criteo.md shows how to try it by hand',
  });
}

/**
 * Prepares the container of INPUT. OUTPUT gets what Mesos has to bind, and stays empty when the container asks for
 * nothing: most containers end here, before anything heavy is loaded.
 * @returns the exit code; ERROR has the cause when it is not 0
 * @throws {CliError} `criteo-configuration`, `criteo-input`
 */
export async function prepareForMesos(exchange: Exchange, context: Context): Promise<number> {
  const configuration = readConfiguration(context.environment);
  const document = exchange.readInput();
  const { core, policy, policyFindings, policyRefused } = await openPolicy(configuration.policy, context);
  const inspection = core.inspect(mesosContainerKind, document);
  const redactor = createRedactor(inspection);
  const { container } = inspection;
  const isRefused = policyRefused || inspection.verdict === 'deny';
  if (!isRefused && container === null) throw noContainer();
  if (!isRefused && inspection.requests.length === 0) return exitCodes.ok;
  return withLog('criteo-prepare', configuration, context, async (log) => {
    if (isRefused || container === null) {
      const findings = redactor.document([...policyFindings, ...inspection.findings]);
      log.onEvent({ type: 'refused', container, findings });
      exchange.writeError(causeOfRefusal(findings, redactor));
      return exitCodes.refused;
    }
    const { mountForMesos } = await import('./actions.ts');
    const kind = mesosContainerKind;
    return mountForMesos({ configuration, container, core, policy, document, kind, redactor, exchange, context, log });
  });
}
