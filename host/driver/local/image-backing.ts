import { existsSync } from 'node:fs';
import { link, mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readMountTable } from '../../system/mount-table.ts';
import type { Backing } from './backing.ts';
import { ensureDataFolder } from './data-folder.ts';
import { syncDirectory } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { findFilesystem, type ImageShape, makeImage } from './filesystem-image.ts';
import { MOUNT_TIMEOUT_MS, UNMOUNT_TIMEOUT_MS } from './limits.ts';
import { requireReleased, waitForRelease } from './loop-devices.ts';
import { runTool, type ToolPaths } from './tools.ts';
import { DATA_FOLDER, type VolumePlace } from './volume-place.ts';

/**
 * `loop`: mount(8) takes a free loop device with autoclear, so that the kernel frees it with the last unmount, or when
 * mount itself dies; a device that already holds the image, for another namespace, is used again, so that there is only
 * ever one view of the filesystem. What a task writes is data: no device nodes, no set-user-id programs.
 */
const MOUNT_OPTIONS = 'loop,nodev,nosuid';

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

  async isMounted(place: VolumePlace): Promise<boolean> {
    const mount = (await readMountTable()).at(place.mountpoint);
    if (mount === null) return false;
    if (mount.source.startsWith('/dev/loop')) return true;
    throw new LocalDriverError(
      'volume-damaged',
      `${place.mountpoint}: expected the volume's loop device or nothing, got a foreign mount of ` +
        `${quote(mount.source)}; unmount it by hand`,
    );
  }

  async mount(place: VolumePlace): Promise<void> {
    const filesystem = await findFilesystem(place.image, this.#tools);
    if (filesystem === null) throw new LocalDriverError('volume-damaged', `${place.image} has no filesystem`);
    try {
      await runTool(
        this.#tools.mount,
        ['--types', filesystem, '--options', MOUNT_OPTIONS, place.image, place.mountpoint],
        { purpose: `mount ${place.image}`, timeoutMs: MOUNT_TIMEOUT_MS },
      );
      await ensureDataFolder(this.dataOf(place));
    } catch (error) {
      // Also after a mount that failed: one that ran out of time may have got through all the same.
      if (await this.isMounted(place)) await this.unmount(place);
      throw error;
    }
  }

  async unmount(place: VolumePlace): Promise<void> {
    await runTool(this.#tools.umount, [place.mountpoint], {
      purpose: `unmount ${place.mountpoint}`,
      timeoutMs: UNMOUNT_TIMEOUT_MS,
    });
    if (await this.isMounted(place)) {
      throw new LocalDriverError(
        'volume-in-use',
        `${place.mountpoint}: expected nothing after the unmount, got a second mount under it; unmount it by hand`,
      );
    }
    await waitForRelease(place.image, this.#tools);
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
