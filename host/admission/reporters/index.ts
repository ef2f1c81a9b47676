import type { Reporter } from './reporter.ts';

/** Each format, loaded when it is asked for. */
const loaders: Readonly<Record<string, () => Promise<Reporter>>> = {
  text: async () => (await import('./text.ts')).reportText,
  table: async () => (await import('./table.ts')).reportTable,
  json: async () => (await import('./json.ts')).reportJson,
  ndjson: async () => (await import('./ndjson.ts')).reportNdjson,
  sarif: async () => (await import('./sarif.ts')).reportSarif,
  junit: async () => (await import('./junit.ts')).reportJunit,
  github: async () => (await import('./github.ts')).reportGithub,
  tap: async () => (await import('./tap.ts')).reportTap,
};

/** The formats of `--output`. */
export const reportFormats: readonly string[] = Object.keys(loaders);

/** The reporter of a format; null when there is none. */
export async function loadReporter(format: string): Promise<Reporter | null> {
  return Object.hasOwn(loaders, format) ? ((await loaders[format]?.()) ?? null) : null;
}
