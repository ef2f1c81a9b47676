import type { CliCommand } from '../cli-command.ts';
import { outputOptions } from '../cli-command.ts';
import { exitCodes } from '../exit-codes.ts';

/** `dvdi policy schema`: the JSON Schema of a policy, for editors and for checks without a core. */
export const policySchema: CliCommand = {
  name: 'policy schema',
  define: (command) => outputOptions(command.description('print the JSON Schema of a policy (2020-12)')),

  async execute(_operands, options, context) {
    const { loadCore } = await import('../core-session.ts');
    const { policySchema: schemaOf } = await import('../../core/policy-schema.ts');
    const schema = schemaOf((await loadCore()).describe());
    context.stdout.line(JSON.stringify(schema, null, options.json ? 0 : 2));
    return exitCodes.ok;
  },
};
