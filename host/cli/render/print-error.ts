import { printableJson } from '../../system/printable-text.ts';
import type { Context } from '../context.ts';
import type { ErrorReport } from '../error-report.ts';
import { renderError } from './error-block.ts';

/** Prints a failure: a block on stderr, or with `json` one document on stdout. */
export function printError(report: ErrorReport, json: boolean, context: Context): void {
  if (json) context.stdout.line(printableJson({ error: report }));
  else context.stderr.line(renderError(report, context.stderr.palette));
}
