import type { CliCommand } from '../cli-command.ts';
import { outputOptions } from '../cli-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { installedVersion } from '../installation.ts';

/** `dvdi version`: the versions of the package, of the core and of its ABI. */
export const version: CliCommand = {
  name: 'version',
  define: (command) => outputOptions(command.description('print the versions of dvdi and of its core')),

  async execute(_operands, options, context) {
    const { loadCore } = await import('../core-session.ts');
    const core = (await loadCore()).describe();
    const versions = { dvdi: installedVersion(), core: core.version, abi: core.abi, node: process.versions.node };
    if (options.json) context.stdout.line(JSON.stringify({ ...versions, limits: core.limits }));
    else {
      context.stdout.line(`dvdi ${versions.dvdi} (core ${versions.core}, ABI ${versions.abi}, Node ${versions.node})`);
    }
    return exitCodes.ok;
  },
};
