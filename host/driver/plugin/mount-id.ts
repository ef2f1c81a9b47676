import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { VolumeId } from '../../core/documents.ts';

/** Keeps our ids apart from those that anybody else derives from the machine's id (see machine-id(5)). */
const PURPOSE = 'mesos-module-dvdi/mount-id/1';

/**
 * The id under which this machine mounts a volume: 64 hexadecimal digits, as Docker's are.
 *
 * It is derived and not drawn, because drivers disagree on ids: rclone refuses a second Mount with one it knows and an
 * Unmount with one it does not, others refuse the empty id, others ignore it. One mount per volume and machine under
 * one id suits all of them, and another process (`dvdcli unmount` after `dvdcli mount`) finds the id again.
 */
export function mountId(machine: string, volume: VolumeId): string {
  return createHash('sha256')
    .update(JSON.stringify([PURPOSE, machine, volume.driver, volume.name]))
    .digest('hex');
}

/**
 * What tells this machine from others that share a storage: the systemd machine id, and where there is none (a
 * container without systemd) the host name.
 */
export async function readMachineName(machineIdFile = '/etc/machine-id'): Promise<string> {
  try {
    const id = (await readFile(machineIdFile, 'utf8')).trim();
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  return `host:${hostname()}`;
}
