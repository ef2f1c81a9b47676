import type { CliCommand } from '../cli-command.ts';
import { outputOptions } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ManualEntry } from '../manual.ts';

function printList(entries: readonly ManualEntry[], json: boolean, context: Context): void {
  if (json) {
    context.stdout.line(JSON.stringify(entries.map(({ code, kind, title }) => ({ code, kind, title }))));
    return;
  }
  const width = Math.max(...entries.map((entry) => entry.code.length));
  for (const entry of entries) {
    context.stdout.line(`${context.stdout.palette.name(entry.code.padEnd(width))}  ${entry.title}`);
  }
}

async function unknownCode(code: string, entries: readonly ManualEntry[]): Promise<CliError> {
  const { nearest } = await import('../nearest.ts');
  const near = nearest(
    code,
    entries.map((entry) => entry.code),
  );
  return new CliError(`nothing is known about ${JSON.stringify(code)}`, {
    code: 'cli-unknown-code',
    expected: near.length === 0 ? 'a code of a finding or of an error' : `perhaps ${near.join(' or ')}`,
    got: code,
    advice: '`dvdi explain` without a code lists all of them',
    exitCode: exitCodes.refused,
  });
}

/**
 * `dvdi explain [CODE]`: what a finding or an error means and how to mend it, from docs/findings.md and docs/errors.md.
 */
export const explain: CliCommand = {
  name: 'explain',
  define: (command) =>
    outputOptions(
      command
        .description('say what a finding or an error means and how to mend it')
        .argument('[code]', 'the code in brackets at the end of a message; without it all codes are listed'),
    ),

  async execute([code], options, context) {
    const { loadManual, renderEntry } = await import('../manual.ts');
    const entries = loadManual();
    if (code === undefined) {
      printList(entries, options.json === true, context);
      return exitCodes.ok;
    }
    // A code may be both a finding's and an error's: both are then shown.
    const wanted = code.trim().replace(/^\[(.*)\]$/u, '$1');
    const found = entries.filter((entry) => entry.code === wanted);
    if (found.length === 0) throw await unknownCode(code, entries);
    if (options.json)
      context.stdout.line(JSON.stringify(found.map(({ kind, text }) => ({ code: wanted, kind, text }))));
    else context.stdout.line(found.map(renderEntry).join('\n\n'));
    return exitCodes.ok;
  },
};
