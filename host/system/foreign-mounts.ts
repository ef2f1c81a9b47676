import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseMountTable } from './mount-table.ts';

/**
 * Whether something is mounted on a path in the mount namespace of any other process. Each namespace is looked at once;
 * processes that end meanwhile, or that we may not ask, have no say.
 * @param path absolute, without links
 */
export async function isMountedElsewhere(path: string): Promise<boolean> {
  const seen = new Set([readlinkSync('/proc/self/ns/mnt')]);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const namespace = namespaceOf(pid);
    if (namespace === null || seen.has(namespace)) continue;
    const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => null);
    if (text === null) continue;
    seen.add(namespace);
    if (parseMountTable(text).entries.some(({ mountpoint }) => mountpoint === path)) return true;
  }
  return false;
}

function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}
