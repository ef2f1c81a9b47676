import type { OutputOptions } from '../cli-command.ts';

/** What the command line of `dvdi admit` says. */
export interface AdmitOptions extends OutputOptions {
  readonly policy?: string;
  readonly kind?: string;
  /** `FORMAT` or `FORMAT=FILE`, each. */
  readonly output?: readonly string[];
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly since?: string;
  readonly failOn: 'warn' | 'deny';
  readonly now?: string;
}

/** Formats of `--output`; a test holds them to the reporters, which are only loaded when they are used. */
export const outputFormats = ['text', 'table', 'json', 'ndjson', 'sarif', 'junit', 'github', 'tap'] as const;
