import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { cliPath } from './cli.ts';

/** The embedded driver, served by `dvdi driver serve` in a process of its own. */
export interface ServedDriver {
  readonly pluginDirectory: string;
  end(): Promise<void>;
}

/** Serves the driver under a name; store and socket lie in a directory of the test. */
export async function serveDriver(directory: string, name: string): Promise<ServedDriver> {
  const pluginDirectory = join(directory, 'plugins');
  const places = ['--store', join(directory, 'store'), '--plugin-dir', pluginDirectory];
  const argv = [cliPath, 'driver', 'serve', '--quiet', '--until-eof', '--name', name, ...places];
  const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the driver has no stdout');
  await once(createInterface({ input: child.stdout }), 'line');
  const exit = once(child, 'exit');
  return {
    pluginDirectory,
    async end() {
      child.stdin?.end();
      await exit;
    },
  };
}

/** Writes a Marathon app with one volume of 1 GiB at a path into a file, and gives the file's path. */
export async function writeApp(
  directory: string,
  cmd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = join(directory, `app-${Math.random().toString(36).slice(2)}.json`);
  const app = {
    id: 'test-app',
    cmd,
    env: {
      DVDI_VOLUME_NAME: 'data',
      DVDI_VOLUME_DRIVER: 'platform1',
      DVDI_VOLUME_OPTS: 'size=1,newfstype=ext4',
      DVDI_VOLUME_CONTAINERPATH: `${directory}/volume`,
      ...env,
    },
  };
  await writeFile(file, JSON.stringify(app, null, 2));
  return file;
}
