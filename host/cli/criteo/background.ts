import { spawn } from 'node:child_process';
import { packagePath } from '../../system/package-path.ts';
import { printableText } from '../../system/printable-text.ts';
import { MINIMAL_PATH } from '../../system/process.ts';
import { asArguments, type CriteoConfiguration } from './configuration.ts';

/**
 * Starts `dvdi` in a session of its own, with nothing that ties it to the adapter: Mesos waits for the adapter, and
 * ends its whole process tree when it takes too long.
 */
function startDvdi(words: readonly string[], configuration: CriteoConfiguration): void {
  const [command = '', ...operands] = words;
  const argv = [packagePath('build/host/cli/dvdi.js'), command, '--quiet', ...asArguments(configuration), ...operands];
  const env = { PATH: MINIMAL_PATH, LC_ALL: 'C' };
  const child = spawn(process.execPath, argv, { cwd: '/', detached: true, stdio: 'ignore', env });
  // It stays in the ledger: a later call, `dvdi release` or `dvdi recover` finds it there.
  child.on('error', (error) => {
    process.stderr.write(`dvdi: ${command} cannot go on in the background: ${printableText(error.message)}\n`);
  });
  child.unref();
}

/** Tries again what a release failed at before: Mesos never asks for it again. */
export function releaseInBackground(configuration: CriteoConfiguration): void {
  startDvdi(['release', '--due'], configuration);
}

/** Goes on with a cleanup that Mesos has no more time for. */
export function cleanUpInBackground(container: string, configuration: CriteoConfiguration): void {
  startDvdi(['cleanup', '--', container], configuration);
}
