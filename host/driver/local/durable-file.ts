import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Forces a directory's entries to the disk: after it, what was renamed into the directory is there for good. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file as a whole: a reader, also one after a crash at any moment, sees the old text or the new one. One
 * writer at a time; the caller orders them.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, path);
  await syncDirectory(dirname(path));
}
