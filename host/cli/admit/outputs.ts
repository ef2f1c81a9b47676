import { resolve } from 'node:path';
import type { Report } from '../../admission/report.ts';
import { loadReporter } from '../../admission/reporters/index.ts';
import { writeOutput } from '../../system/file-replacement.ts';
import { CliError } from '../cli-error.ts';
import type { Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { nearest } from '../nearest.ts';
import { outputFormats } from './admit-options.ts';

/** One output of a run. */
export interface OutputTarget {
  readonly format: string;
  /** null for standard output. */
  readonly file: string | null;
}

/** What a file is written without: no colours, and the width of a usual terminal. */
const FILE_COLUMNS = 100;

function usage(message: string, expected: string, got: string, advice: string): CliError {
  return new CliError(message, { code: 'cli-usage', expected, got, advice });
}

function readTarget(text: string, formats: readonly string[]): OutputTarget {
  const equals = text.indexOf('=');
  const format = equals < 0 ? text : text.slice(0, equals);
  const file = equals < 0 ? null : text.slice(equals + 1);
  if (!formats.includes(format)) {
    const near = nearest(format, formats);
    const advice = near.length === 0 ? 'choose one of them' : `perhaps ${near[0]}`;
    throw usage('no such output format', `one of ${formats.join(', ')}`, format, advice);
  }
  if (file === '') throw usage('an output without a file', 'FORMAT or FORMAT=FILE', text, 'name a file after the =');
  return { format, file: file === '-' ? null : file };
}

/**
 * Reads what `--output` and `--json` say; text on standard output when they say nothing.
 * @throws {CliError} `cli-usage`: a format that there is not, two outputs in one place
 */
export function readOutputs(
  outputs: readonly string[] | undefined,
  json: boolean | undefined,
  formats: readonly string[] = outputFormats,
): readonly OutputTarget[] {
  const given = [...(outputs ?? []), ...(json ? ['json'] : [])];
  const targets = (given.length === 0 ? ['text'] : given).map((text) => readTarget(text, formats));
  const places = targets.map(({ file }) => (file === null ? '-' : resolve(file)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    const place = twice === '-' ? 'standard output' : twice;
    throw usage('two outputs in one place', 'a file of its own for each', `${place} twice`, 'write one to a file');
  }
  return targets;
}

/**
 * Writes one text to its target, with a line feed at its end.
 * @throws {CliError} `cli-output`
 */
export async function writeTarget({ file }: OutputTarget, text: string, output: Output): Promise<void> {
  if (file === null) {
    if (text !== '') output.line(text);
    return;
  }
  try {
    await writeOutput(file, text === '' ? '' : `${text}\n`);
  } catch (cause) {
    throw new CliError('cannot write an output', {
      code: 'cli-output',
      expected: 'a file that can be written',
      got: `${file}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      advice: 'check the path, and the rights on its directory',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

/**
 * Writes a report to all of its outputs.
 * @param output takes what goes into no file
 */
export async function writeReport(report: Report, targets: readonly OutputTarget[], output: Output): Promise<void> {
  for (const target of targets) {
    const reporter = await loadReporter(target.format);
    if (reporter === null) throw new TypeError(`expected a reporter for ${target.format}`);
    const { createPalette } = await import('../../system/palette.ts');
    const view = target.file === null ? output : { palette: createPalette(false), columns: FILE_COLUMNS };
    await writeTarget(target, await reporter(report, { palette: view.palette, columns: view.columns }), output);
  }
}
