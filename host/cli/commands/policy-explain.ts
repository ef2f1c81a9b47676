import type { Description } from '../../core/documents.ts';
import { renderTable } from '../../system/table.ts';
import type { CliCommand, OutputOptions } from '../cli-command.ts';
import { outputOptions, policyOption } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { PolicySession } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';

interface PolicyExplainOptions extends OutputOptions {
  readonly policy?: string;
}

type Fields = Description['policy'];

/** The fields that were asked for: all without a name. */
async function fieldsNamed(name: string | undefined, fields: Fields): Promise<Fields> {
  if (name === undefined) return fields;
  const found = fields.filter(({ field }) => field === name);
  if (found.length > 0) return found;
  const { nearest } = await import('../nearest.ts');
  const near = nearest(
    name,
    fields.map(({ field }) => field),
  );
  throw new CliError(`a policy has no field ${JSON.stringify(name)}`, {
    code: 'cli-usage',
    expected: near.length === 0 ? 'a field of the policy' : `perhaps ${near.join(' or ')}`,
    got: name,
    advice: '`dvdi policy explain` without a field lists all of them',
  });
}

async function printMeaning(name: string | undefined, fields: Fields, json: boolean, context: Context): Promise<void> {
  if (json) {
    context.stdout.line(JSON.stringify(fields));
  } else if (name === undefined) {
    const rows = fields.map(({ field, default: text, title }) => [field, text === '' ? '-' : text, title]);
    context.stdout.line(renderTable(['FIELD', 'DEFAULT', 'MEANING'], rows, context.stdout.palette));
  } else {
    const { readPolicySection } = await import('../manual.ts');
    context.stdout.line(`${name} (policy)\n\n${readPolicySection(name)}`);
  }
}

/** @returns the exit code: a policy that is refused is not in force, and there is nothing to show of it */
async function printEffective(
  fields: Fields,
  { policy, policyFindings, policyRefused }: PolicySession,
  options: PolicyExplainOptions,
  context: Context,
): Promise<number> {
  const { nothingSecret } = await import('../lifecycle/policy-refusal.ts');
  const { printFindings } = await import('../document-session.ts');
  const { printableJson } = await import('../../system/printable-text.ts');
  if (policyRefused && options.json) {
    const error = { code: 'refused', message: 'the policy was refused' };
    context.stdout.line(printableJson({ error, findings: policyFindings }));
  } else if (policyRefused) {
    const sources = { document: null, policy, redactor: nothingSecret };
    await printFindings(policyFindings, sources, context.stderr, options.quiet);
  }
  if (policyRefused) return exitCodes.refused;
  const { effectivePolicy, renderEffectivePolicy } = await import('../render/effective-policy.ts');
  const source = policy === null ? null : { name: policy.name, text: new TextDecoder().decode(policy.bytes) };
  const effective = effectivePolicy(fields, source);
  if (options.json) context.stdout.line(printableJson(effective));
  else context.stdout.line(renderEffectivePolicy(effective, context.stdout.palette));
  return exitCodes.ok;
}

/** `dvdi policy explain [FIELD]`: what the fields of a policy mean, or the values that one puts in force. */
export const policyExplain: CliCommand<PolicyExplainOptions> = {
  name: 'policy explain',
  define: (command) =>
    outputOptions(
      command
        .description('say what the fields of a policy mean; with --policy, which values are in force and from where')
        .argument('[field]', 'one field; without it all are listed')
        .addOption(policyOption()),
    ),

  async execute([name], options, context) {
    const { openPolicy } = await import('../document-session.ts');
    const session = await openPolicy(options.policy, context);
    const fields = await fieldsNamed(name, session.core.describe().policy);
    if (options.policy !== undefined) return printEffective(fields, session, options, context);
    await printMeaning(name, fields, options.json === true, context);
    return exitCodes.ok;
  },
};
