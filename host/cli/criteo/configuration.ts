import { resolve } from 'node:path';
import type { LogLevel } from '../../isolator/log/log.ts';
import { logLevels, stateDirectoryDefault } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import type { LogChoice } from '../command-log.ts';
import { readTrustedFile } from './trusted-file.ts';

/** What the adapter is told besides the container: Mesos gives its executables no arguments of their own. */
export interface CriteoConfiguration extends LogChoice {
  /** Absolute. */
  readonly stateDir: string;
  /** The agent's work_dir, where an old checkpoint may lie; undefined for no such place. */
  readonly workDir?: string;
  /** The policy's file; undefined for the defaults. */
  readonly policy?: string;
  /** Where plugins are looked up; undefined for Docker's own directories. */
  readonly pluginDir?: readonly string[];
  /** Whether a plugin that cannot be reached is waited for. */
  readonly wait: boolean;
}

/** Read when the variable DVDI_CONFIG names no other; it need not be there. */
export const configurationFileDefault = '/etc/dvdi/criteo.json';

type Fields = Readonly<Record<string, unknown>>;

function mistake(file: string, expected: string, got: string, cause?: unknown): CliError {
  return new CliError('the configuration of the Criteo adapter cannot be used', {
    code: 'criteo-configuration',
    expected,
    got: `${got}, in ${file}`,
    advice: 'docs/criteo.md lists the fields; nothing was done',
    cause,
  });
}

function parse(file: string, text: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw mistake(file, 'a JSON object', (error as Error).message, error);
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Fields;
  throw mistake(file, 'a JSON object', 'another value');
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/');
}

/** What a field may be; a name that is not here is a mistake, so that none is overlooked for being misspelt. */
const checks = new Map<string, readonly [(value: unknown) => boolean, string]>([
  ['stateDirectory', [isPath, 'an absolute path']],
  ['workDirectory', [isPath, 'an absolute path']],
  ['policy', [isPath, 'an absolute path']],
  ['pluginDirectories', [(value) => Array.isArray(value) && value.every(isPath), 'a list of absolute paths']],
  ['log', [isPath, 'an absolute path']],
  ['logLevel', [(value) => logLevels.some((level) => level === value), `one of ${logLevels.join(', ')}`]],
  ['wait', [(value) => typeof value === 'boolean', 'true or false']],
]);

function checkFields(file: string, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    const unknown = `one of the fields ${[...checks.keys()].join(', ')}`;
    const [isValid, expected] = checks.get(name) ?? [() => false, unknown];
    if (!isValid(value)) throw mistake(file, `${expected} at ${JSON.stringify(name)}`, JSON.stringify(value));
  }
}

/** The fields in the file that is in force; none when nobody named one and the usual one is not there. */
function readFields(environment: Readonly<Record<string, string | undefined>>): Fields {
  const named = environment.DVDI_CONFIG;
  const file = named === undefined || named === '' ? configurationFileDefault : resolve(named);
  const text = readTrustedFile(file, file !== configurationFileDefault);
  if (text === null) return {};
  const fields = parse(file, text);
  checkFields(file, fields);
  return fields;
}

/**
 * Reads the configuration.
 * @throws {CliError} `criteo-configuration`
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): CriteoConfiguration {
  const { stateDirectory, workDirectory, policy, pluginDirectories, log, logLevel, wait } = readFields(environment);
  if (typeof policy === 'string') readTrustedFile(policy, true);
  return {
    stateDir: (stateDirectory as string | undefined) ?? resolve(environment.DVDI_STATE_DIR || stateDirectoryDefault),
    ...(workDirectory === undefined ? {} : { workDir: workDirectory as string }),
    ...(policy === undefined ? {} : { policy: policy as string }),
    ...(pluginDirectories === undefined ? {} : { pluginDir: pluginDirectories as readonly string[] }),
    ...(log === undefined ? {} : { log: log as string }),
    ...(logLevel === undefined ? {} : { logLevel: logLevel as LogLevel }),
    wait: wait !== false,
  };
}

/** The same as arguments of `dvdi`, for what goes on after the adapter has answered. */
export function asArguments({
  stateDir,
  workDir,
  policy,
  pluginDir,
  log,
  logLevel,
  wait,
}: CriteoConfiguration): string[] {
  return [
    '--state-dir',
    stateDir,
    ...(workDir === undefined ? [] : ['--work-dir', workDir]),
    ...(policy === undefined ? [] : ['--policy', policy]),
    ...(pluginDir ?? []).flatMap((directory) => ['--plugin-dir', directory]),
    ...(log === undefined ? [] : ['--log', log]),
    ...(logLevel === undefined ? [] : ['--log-level', logLevel]),
    ...(wait ? [] : ['--no-wait']),
  ];
}
