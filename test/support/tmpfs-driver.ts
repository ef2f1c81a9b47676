import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeId } from '../../host/core/documents.ts';
import type { MountCall, UnmountCall, VolumeDriver } from '../../host/driver/volume-driver.ts';
import { DriverError } from '../../host/driver/volume-driver.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

/** What a test lets happen in the middle of a call, after the driver has acted. */
export interface Faults {
  afterMount?(call: MountCall, mountpoint: string): Promise<string | undefined>;
  beforeMount?(call: MountCall): Promise<void>;
  beforeUnmount?(call: UnmountCall): Promise<void>;
}

export interface TmpfsDriver extends VolumeDriver {
  /** `mount NAME`, `unmount NAME` and `mountpointOf NAME`, in the order in which the calls came. */
  readonly calls: string[];
  pathOf(name: string): string;
}

/** A driver whose volumes are real mounts, one tmpfs each, forgotten at unmount. Everything lies under `directory`. */
export function createTmpfsDriver(directory: string, faults: Faults = {}): TmpfsDriver {
  const calls: string[] = [];
  const pathOf = (name: string) => join(directory, name);
  return {
    calls,
    pathOf,
    async mount(call) {
      calls.push(`mount ${call.volume.name}`);
      await faults.beforeMount?.(call);
      const path = pathOf(call.volume.name);
      await mkdir(path, { recursive: true });
      await run('/bin/mount', ['-t', 'tmpfs', '-o', 'mode=755', 'dvdi-test', path], LIMITS);
      return (await faults.afterMount?.(call, path)) ?? path;
    },
    async unmount(call) {
      calls.push(`unmount ${call.volume.name}`);
      await faults.beforeUnmount?.(call);
      await run('/bin/umount', [pathOf(call.volume.name)], LIMITS);
      await rmdir(pathOf(call.volume.name));
    },
    async mountpointOf(call) {
      calls.push(`mountpointOf ${call.volume.name}`);
      const path = pathOf(call.volume.name);
      return (await readMountTable()).at(path) === null ? null : path;
    },
  };
}

/** A failure of a driver as a real one would report it. */
export function driverFailure(volume: VolumeId, operation: string, uncertain: boolean): DriverError {
  return new DriverError(`the driver refused to ${operation}`, {
    code: 'driver-refused',
    volume,
    operation,
    uncertain,
  });
}
