import { existsSync } from 'node:fs';
import { link, mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type MountTable, readMountTable } from '../../system/mount-table.ts';
import type { Backing } from './backing.ts';
import { ensureDataFolder } from './data-folder.ts';
import { syncDirectory } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { findFilesystem, type ImageShape, makeImage } from './filesystem-image.ts';
import { requireNotShutDown } from './filesystem-shutdown.ts';
import { detachImage, fenceImage } from './image-fence.ts';
import { MOUNT_TIMEOUT_MS, UNMOUNT_TIMEOUT_MS } from './limits.ts';
import { loopDevicesOf, requireReleased, waitForRelease } from './loop-devices.ts';
import { mountOptions } from './mount-options.ts';
import { runTool, type ToolPaths } from './tools.ts';
import type { VolumeLock } from './volume-locks.ts';
import { DATA_FOLDER, type VolumePlace } from './volume-place.ts';

/** A volume that is a sparse image with a filesystem of its own. */
export class ImageBacking implements Backing {
  readonly kind = 'image';
  readonly #tools: ToolPaths;

  constructor(tools: ToolPaths) {
    this.#tools = tools;
  }

  async make(scratch: VolumePlace, shape: ImageShape): Promise<void> {
    await mkdir(scratch.mountpoint, { mode: 0o700 });
    await makeImage(scratch.image, shape, this.#tools);
  }

  async replace(scratch: VolumePlace, place: VolumePlace, old: 'keep' | 'discard'): Promise<string | null> {
    const kept = old === 'keep' ? await this.#setAside(place) : null;
    await rename(scratch.image, place.image);
    await syncDirectory(place.directory);
    return kept;
  }

  /** An image without a single block holds nothing that anybody could miss. */
  async #setAside(place: VolumePlace): Promise<string | null> {
    const { blocks } = await statImage(place);
    if (blocks === 0) return null;
    const kept = join(place.directory, `${basename(place.image)}.${new Date().toISOString().replaceAll(':', '')}`);
    await link(place.image, kept);
    return kept;
  }

  async isFormatted(place: VolumePlace): Promise<boolean> {
    await statImage(place);
    return (await findFilesystem(place.image, this.#tools)) !== null;
  }

  isMounted(place: VolumePlace, _mountedFor: readonly string[], table: MountTable): boolean {
    const mount = table.at(place.mountpoint);
    if (mount === null) return false;
    if (mount.source.startsWith('/dev/loop')) return true;
    throw new LocalDriverError(
      'volume-damaged',
      `${place.mountpoint}: expected the volume's loop device or nothing, got a foreign mount of ` +
        `${quote(mount.source)}; unmount it by hand`,
    );
  }

  async requireAlive(place: VolumePlace): Promise<void> {
    await requireNotShutDown(place.mountpoint);
  }

  async mount(place: VolumePlace, lock: VolumeLock): Promise<void> {
    const filesystem = await findFilesystem(place.image, this.#tools);
    if (filesystem === null) throw new LocalDriverError('volume-damaged', `${place.image} has no filesystem`);
    await mkdir(place.mountpoint, { recursive: true, mode: 0o700 });
    try {
      await runTool(
        this.#tools.mount,
        ['--types', filesystem, '--options', await mountOptions(filesystem, place), place.image, place.mountpoint],
        { purpose: `mount ${place.image}`, timeoutMs: MOUNT_TIMEOUT_MS, fds: [lock.fd] },
      );
      await this.requireAlive(place);
      await ensureDataFolder(this.dataOf(place));
    } catch (error) {
      // Also after a mount that failed: one that ran out of time may have got through all the same.
      if (this.isMounted(place, [], await readMountTable())) await this.unmount(place, lock);
      throw error;
    }
  }

  async unmount(place: VolumePlace, lock: VolumeLock): Promise<boolean> {
    await runTool(this.#tools.umount, [place.mountpoint], {
      purpose: `unmount ${place.mountpoint}`,
      timeoutMs: UNMOUNT_TIMEOUT_MS,
      fds: [lock.fd],
    });
    if (this.isMounted(place, [], await readMountTable())) {
      throw new LocalDriverError(
        'volume-in-use',
        `${place.mountpoint}: expected nothing after the unmount, got a second mount under it; unmount it by hand`,
      );
    }
    return (await waitForRelease(place.image, this.#tools)).length > 0;
  }

  async isHeld(place: VolumePlace): Promise<boolean> {
    return existsSync(place.image) && (await loopDevicesOf(place.image, this.#tools)).length > 0;
  }

  detach(place: VolumePlace, lock: VolumeLock): Promise<boolean> {
    return detachImage(place, lock, this.#tools);
  }

  fence(place: VolumePlace, scratch: VolumePlace, lock: VolumeLock): Promise<string> {
    return fenceImage(place, scratch, lock, this.#tools);
  }

  async requireUnused(place: VolumePlace): Promise<void> {
    if (!existsSync(place.image)) return;
    await requireReleased(place.image, this.#tools);
  }

  dataOf(place: VolumePlace): string {
    return join(place.mountpoint, DATA_FOLDER);
  }

  async describe(place: VolumePlace): Promise<Readonly<Record<string, string | number>>> {
    const { blocks } = await statImage(place);
    return { backing: 'image', usedBytes: blocks * 512 };
  }
}

async function statImage(place: VolumePlace): Promise<{ readonly blocks: number }> {
  try {
    return await stat(place.image);
  } catch (error) {
    throw new LocalDriverError(
      'volume-damaged',
      `${place.image}: expected the image of the volume, got none that can be read; put it back, or remove the volume`,
      { cause: error },
    );
  }
}
