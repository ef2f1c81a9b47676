import { printableJson } from '../../system/printable-text.ts';
import type { CliCommand, StateOptions } from '../cli-command.ts';
import { outputOptions, pluginDirectoryOption, stateOption } from '../cli-command.ts';
import { exitCodes } from '../exit-codes.ts';

interface DoctorOptions extends StateOptions {
  readonly pluginDir?: readonly string[];
  readonly policy?: string;
}

/** `dvdi doctor`: what this machine lacks for running tasks with volumes, and how to mend it. */
export const doctor: CliCommand<DoctorOptions> = {
  name: 'doctor',
  define: (command) =>
    pluginDirectoryOption(
      stateOption(outputOptions(command.description('say what this machine lacks and how to mend it'))),
    ).option('--policy <file>', 'policy to look at, and what it needs; without it the built-in defaults'),

  async execute(_operands, options, context) {
    const { readInput } = await import('../input.ts');
    const policy = options.policy === undefined ? null : await readInput(options.policy, 'policy', context.stdin);
    const { checkPolicy } = await import('../doctor/policy.ts');
    const state = await checkPolicy(policy);
    const [{ checkRights }, { checkKernel }, { checkTools }, { checkPlugins }, { checkCore }, { checkState }] =
      await Promise.all([
        import('../doctor/rights.ts'),
        import('../doctor/kernel.ts'),
        import('../doctor/tools.ts'),
        import('../doctor/plugins.ts'),
        import('../doctor/core.ts'),
        import('../doctor/state.ts'),
      ]);
    const { pluginDirectories } = await import('../plugin-directories.ts');
    const groups = await Promise.all([
      checkCore(),
      state.checks,
      checkRights(),
      checkKernel(),
      checkTools(state.dvdcliPaths),
      checkPlugins(pluginDirectories(options.pluginDir)),
      checkState(options.stateDir),
    ]);
    const checks = groups.flat();
    const { renderChecks } = await import('../render/doctor.ts');
    if (options.json) context.stdout.line(printableJson({ checks }));
    else {
      const shown = options.quiet ? checks.filter(({ level }) => level !== 'ok') : checks;
      context.stdout.line(renderChecks(shown, context.stdout.palette));
    }
    return checks.some(({ level }) => level === 'missing') ? exitCodes.machine : exitCodes.ok;
  },
};
