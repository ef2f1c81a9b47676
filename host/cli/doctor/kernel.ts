import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

import { readMountTable } from '../../system/mount-table.ts';
import { run } from '../../system/process.ts';
import type { Check } from './check.ts';
import { check } from './check.ts';

const probeTimeoutMs = 5_000;

/** Makes a mount namespace of its own with slave propagation, as the task gets one, and ends in it. */
async function checkMountNamespace(): Promise<Check> {
  const title = 'mount namespaces';
  try {
    await run('/usr/bin/unshare', ['--mount', '--propagation', 'slave', '/bin/true'], {
      timeoutMs: probeTimeoutMs,
      outputMaxBytes: 4096,
    });
    return check('mount-namespace', title, 'a new one with slave propagation was made and left');
  } catch (error) {
    return check('mount-namespace', title, (error as Error).message, [
      'missing',
      'needs root, util-linux and a kernel or container that allows unshare(CLONE_NEWNS)',
    ]);
  }
}

/** Whether mounts that a driver makes in another namespace can reach this one. */
async function checkPropagation(): Promise<Check> {
  const title = 'mount propagation of /';
  const root = (await readMountTable()).covering('/');
  const { shared, master } = root?.propagation ?? { shared: null, master: null };
  if (shared !== null || master !== null) {
    const kinds = [shared === null ? '' : 'shared', master === null ? '' : 'slave'].filter((kind) => kind !== '');
    return check('mount-propagation', title, kinds.join(' and '));
  }
  return check('mount-propagation', title, 'private', [
    'note',
    'a driver that mounts in a namespace of its own (a Docker plugin) is not seen here; mount --make-rshared /',
  ]);
}

async function checkLoopDevices(): Promise<Check> {
  const title = 'loop devices';
  try {
    await access('/dev/loop-control', constants.R_OK | constants.W_OK);
    return check('loop-devices', title, '/dev/loop-control can be opened');
  } catch (error) {
    return check('loop-devices', title, `/dev/loop-control: ${(error as NodeJS.ErrnoException).code}`, [
      'note',
      'needed by `dvdi driver serve` only: modprobe loop, and in a container give it /dev/loop-control and /dev/loop*',
    ]);
  }
}

async function checkFilesystems(): Promise<Check[]> {
  const known = (await readFile('/proc/filesystems', 'utf8')).split('\n').map((line) => line.split('\t').at(-1));
  return ['ext4', 'xfs'].map((name) =>
    known.includes(name)
      ? check(`filesystem-${name}`, `filesystem ${name}`, 'known to the kernel')
      : check(`filesystem-${name}`, `filesystem ${name}`, 'not loaded', [
          'note',
          `the kernel loads it on the first mount if it has the module; try: modprobe ${name}`,
        ]),
  );
}

/** What the kernel, and the container we may be in, allow. */
export async function checkKernel(): Promise<Check[]> {
  const [namespace, propagation, loop, filesystems] = await Promise.all([
    checkMountNamespace(),
    checkPropagation(),
    checkLoopDevices(),
    checkFilesystems(),
  ]);
  return [namespace, propagation, loop, ...filesystems];
}
