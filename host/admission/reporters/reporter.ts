import type { Palette } from '../../system/palette.ts';
import type { Report } from '../report.ts';

/** What the reader of an output can show. */
export interface ReportView {
  readonly palette: Palette;
  readonly columns: number;
}

/**
 * Writes a report in one format. All texts of a report are untrusted: each reporter makes them printable and escapes
 * them as its format has it.
 * @returns the whole output, without a line feed at its end
 */
export type Reporter = (report: Report, view: ReportView) => string | Promise<string>;
