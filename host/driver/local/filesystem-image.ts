import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { LocalDriverError } from './error.ts';
import { GIB, MAKE_FILESYSTEM_TIMEOUT_MS, QUERY_TIMEOUT_MS } from './limits.ts';
import { FILESYSTEMS, type Filesystem } from './options.ts';
import { runTool, type ToolPaths } from './tools.ts';

/**
 * How each filesystem is made. `-F` and `-f` only say that a file may be used. ext4: no blocks kept back for root,
 * since the volume is data and not a system; a new sparse file reads as zeros, so nothing is zeroed, now or by the
 * kernel later, and the image stays sparse. xfs zeroes its log by allocating it.
 */
const MAKE_ARGUMENTS: Readonly<Record<Filesystem, readonly string[]>> = {
  ext4: ['-q', '-F', '-m', '0', '-E', 'assume_storage_prezeroed=1'],
  xfs: ['-q', '-f'],
};

/** blkid exits with this when it finds nothing that it knows. */
const NOTHING_FOUND = 2;

export interface ImageShape {
  readonly sizeGib: number;
  readonly filesystem: Filesystem;
}

/**
 * Makes a sparse image file with a filesystem, on the disk when the promise resolves. On a failure the unfinished file
 * is the caller's to remove.
 *
 * @throws {LocalDriverError} `store-full`, `tool-failed`
 */
export async function makeImage(image: string, shape: ImageShape, tools: ToolPaths): Promise<void> {
  const sizeBytes = shape.sizeGib * GIB;
  await requireJournalRoom(dirname(image), shape);
  const handle = await open(image, 'wx', 0o600);
  try {
    await handle.truncate(sizeBytes);
    await runTool(tools.mkfs[shape.filesystem], [...MAKE_ARGUMENTS[shape.filesystem], image], {
      purpose: `make an ${shape.filesystem} filesystem of ${shape.sizeGib} GiB`,
      timeoutMs: MAKE_FILESYSTEM_TIMEOUT_MS,
    });
    await handle.sync();
  } catch (error) {
    throw await storeFullOr(error, dirname(image), shape);
  } finally {
    await handle.close();
  }
  const found = await findFilesystem(image, tools);
  if (found !== shape.filesystem) {
    throw new LocalDriverError(
      'tool-failed',
      `${tools.mkfs[shape.filesystem]} exited with 0: expected an ${shape.filesystem} filesystem, got ${found ?? 'none'}`,
    );
  }
}

/**
 * Names the filesystem of an image.
 *
 * @returns `ext4` or `xfs`; null when there is neither: the seed then has one made
 * @throws {LocalDriverError} `tool-failed`, also when blkid finds traces of more than one filesystem
 */
export async function findFilesystem(image: string, tools: ToolPaths): Promise<Filesystem | null> {
  const answer = await runTool(tools.blkid, ['--probe', '--match-tag', 'TYPE', '--output', 'value', image], {
    purpose: `look for a filesystem in ${image}`,
    timeoutMs: QUERY_TIMEOUT_MS,
    answers: [NOTHING_FOUND],
  });
  return FILESYSTEMS.find((known) => known === answer.output) ?? null;
}

/**
 * A sparse image takes its journal's space when it is mounted and written to, too late for a clear error: the room must
 * be there now. An xfs log is allocated by mkfs, which fails by itself.
 */
async function requireJournalRoom(directory: string, shape: ImageShape): Promise<void> {
  const neededBytes = shape.filesystem === 'ext4' ? ext4JournalMaxBytes(shape.sizeGib) : 0;
  const freeBytes = await freeBytesOf(directory);
  if (freeBytes < neededBytes) throw storeFull(shape, freeBytes, undefined);
}

/**
 * An upper bound of the journal that mke2fs 1.47 makes. Measured: 32 MiB for 1 GiB, 64 for 2 to 15, then 128 from 16,
 * 256 from 32, 512 from 64 and 1024 from 128 GiB on.
 */
function ext4JournalMaxBytes(sizeGib: number): number {
  return Math.max(Math.min(32 * sizeGib, 64), Math.min(8 * sizeGib, 1024)) * 1024 ** 2;
}

async function freeBytesOf(directory: string): Promise<number> {
  const disk = await statfs(directory);
  return disk.bavail * disk.bsize;
}

/** mkfs says it in prose of its own; the disk itself says it for sure: what is left is less than any mkfs stops at. */
const FULL_BYTES = 1024 * 1024;

async function storeFullOr(error: unknown, directory: string, shape: ImageShape): Promise<unknown> {
  const isFull = errnoOf(error) === 'ENOSPC';
  const freeBytes = await freeBytesOf(directory);
  return isFull || freeBytes < FULL_BYTES ? storeFull(shape, freeBytes, error) : error;
}

function storeFull(shape: ImageShape, freeBytes: number, cause: unknown): LocalDriverError {
  const text =
    `the store's disk is too full for the metadata of an ${shape.filesystem} filesystem of ${shape.sizeGib} GiB: ` +
    `${Math.floor(freeBytes / 1024 ** 2)} MiB are free; free some space or ask for a smaller volume`;
  return new LocalDriverError('store-full', text, { cause });
}
