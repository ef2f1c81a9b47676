import { printableJson } from '../../system/printable-text.ts';
import { createRedactor } from '../../system/redaction.ts';
import type { OutputOptions } from '../cli-command.ts';
import type { CommandLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { openPolicy, type PolicySession, printFindings } from '../document-session.ts';

/** A command without a document: there is nothing that could be secret. */
export const nothingSecret = createRedactor();

/**
 * Opens the policy of a command without a document, and prints what is wrong with it.
 * @returns null when it is refused: nothing may be done then
 */
export async function acceptPolicy(
  options: OutputOptions & { readonly policy?: string },
  context: Context,
  log: CommandLog,
): Promise<PolicySession | null> {
  const session = await openPolicy(options.policy, context);
  const { policy, policyFindings: findings, policyRefused } = session;
  if (policyRefused) log.onEvent({ type: 'refused', container: null, findings });
  if (options.json && policyRefused) {
    const error = { code: 'refused', message: 'the policy was refused' };
    context.stdout.line(printableJson({ error, findings }));
  } else if (!options.json) {
    const sources = { document: null, policy, redactor: nothingSecret };
    await printFindings(findings, sources, context.stderr, options.quiet);
  }
  return policyRefused ? null : session;
}
