import type { Task } from '../core/documents.ts';
import { lookUpUser } from '../system/user.ts';
import { LaunchError } from './launch-error.ts';
import type { LaunchTask } from './launch-spec.ts';

/**
 * Variables by which the C library or its loader run or read foreign files: glibc's own list of what a set-user-ID
 * program must not hear (sysdeps/generic/unsecvars.h), for both glibc and musl.
 */
const LOADER_VARIABLES = new RegExp(
  '^(?:LD_.*|MALLOC_.*|GLIBC_TUNABLES|GCONV_PATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|LOCPATH|NIS_PATH|NLSPATH|' +
    'RESOLV_HOST_CONF|RES_OPTIONS|TMPDIR|TZDIR)$',
);

/**
 * What is executed for a task: a shell line by Mesos' definition, or a file with its argv. Variables whose value is not
 * known here are left out.
 * @throws {LaunchError | UserError | ProcessError}
 */
export async function taskCommand(task: Task): Promise<LaunchTask> {
  const environment = environmentOf(task);
  const { file, argv } = commandOf(task);
  const user = task.user === null ? null : await lookUpUser(task.user);
  return { file, argv, environment, directory: task.directory, rootfs: task.rootfs, user };
}

function commandOf({ shell, value, arguments: argv }: Task): { file: string; argv: readonly string[] } {
  if (shell) {
    if (value === null) throw noCommand();
    return { file: '/bin/sh', argv: ['/bin/sh', '-c', value] };
  }
  const file = value ?? argv[0];
  if (file === undefined || file === '') throw noCommand();
  return { file, argv: argv.length === 0 ? [file] : argv };
}

function noCommand(): LaunchError {
  return new LaunchError('launch-command', 'expected the document to name a command, it names none');
}

function environmentOf({ environment, rootfs }: Task): Record<string, string> {
  const known: Record<string, string> = Object.create(null);
  for (const { name, value } of environment) {
    if (value === null) continue;
    if (name === '' || name.includes('=') || name.includes('\0') || value.includes('\0')) {
      throw new LaunchError(
        'launch-environment',
        `expected a variable that Linux can pass, got ${JSON.stringify(name)}`,
      );
    }
    if (rootfs !== null && LOADER_VARIABLES.test(name)) {
      const why = 'it would be heard by a program of root on the way into the rootfs';
      throw new LaunchError('launch-environment', `the variable ${name} cannot be given to a task in a rootfs: ${why}`);
    }
    known[name] = value;
  }
  return known;
}
