import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { errnoOf } from '../../host/system/directory-error.ts';
import { identifyMount } from '../../host/system/mount-identity.ts';
import { unmountLayer } from '../../host/system/mount-layers.ts';
import { isAtOrUnder, readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { startRclone } from '../support/rclone-plugin.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

const guard = guardMounts();

/** Everything on the way to it is root's alone, unlike under the guard's directory. */
async function withTrustedDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp('/run/dvdi-test-');
  try {
    await use(directory);
  } finally {
    for (const { mountpoint } of (await readMountTable()).entries) {
      if (isAtOrUnder(mountpoint, directory)) await run('/usr/bin/umount', ['--lazy', mountpoint], LIMITS);
    }
    await rm(directory, { recursive: true });
  }
}

async function expectPeeled(directory: string): Promise<void> {
  const data = join(directory, 'data');
  await mkdir(data);
  const rclone = await startRclone(directory, join(directory, 'rclone.sock'));
  try {
    const directories = { sockets: [directory], specifications: [] };
    const options = [
      { key: 'type', value: 'local', secret: false },
      { key: 'path', value: data, secret: false },
    ];
    const call = { volume: { driver: 'rclone', name: 'data' }, options, create: true, timeoutMs: 20_000 };
    const mountpoint = await createPluginDriver({ directories, wait: false }).mount(call);
    const alive = await identifyMount(mountpoint);
    expect(alive).toMatchObject({ mountpoint, filesystem: 'fuse.rclone', isRoot: true });
    await rclone.kill();
    // The kernel answers from its own memory for a second.
    await waitFor('the mount to fail', () => stat(mountpoint).then(() => undefined, errnoOf));
    await expect(stat(mountpoint)).rejects.toMatchObject({ code: 'ENOTCONN' });
    expect(await identifyMount(mountpoint)).toEqual(alive);
    expect(await unmountLayer(mountpoint, alive)).toBe('unmounted');
  } finally {
    await rclone.stop();
  }
}

describe('a mount whose driver was killed answers nothing, and is named and taken away all the same', () => {
  test('where others may write on the way to it', () => expectPeeled(guard.directory));
  test('where only root may', () => withTrustedDirectory(expectPeeled));
});
