import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Check } from './check.ts';
import { check } from './check.ts';

interface Tool {
  readonly path: string;
  /** Debian's package. */
  readonly package: string;
  /** Null when every task needs it; else what only needs it. */
  readonly onlyFor: string | null;
}

const tools: readonly Tool[] = [
  { path: '/usr/bin/mount', package: 'mount', onlyFor: null },
  { path: '/usr/bin/umount', package: 'mount', onlyFor: null },
  { path: '/usr/bin/unshare', package: 'util-linux', onlyFor: null },
  { path: '/usr/sbin/mkfs.ext4', package: 'e2fsprogs', onlyFor: 'ext4 volumes of `dvdi driver serve`' },
  { path: '/usr/sbin/mkfs.xfs', package: 'xfsprogs', onlyFor: 'xfs volumes of `dvdi driver serve`' },
  { path: '/usr/sbin/blkid', package: 'util-linux', onlyFor: '`dvdi driver serve`' },
  { path: '/usr/sbin/losetup', package: 'mount', onlyFor: '`dvdi driver serve`' },
];

async function checkTool(tool: Tool): Promise<Check> {
  try {
    await access(tool.path, constants.X_OK);
    return check(`tool ${tool.path}`, tool.path, 'can be executed');
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error);
    const use = tool.onlyFor === null ? '' : `needed for ${tool.onlyFor}: `;
    return check(`tool ${tool.path}`, tool.path, found, [
      tool.onlyFor === null ? 'missing' : 'note',
      `${use}apt-get install ${tool.package}`,
    ]);
  }
}

/** A dvdcli is executed as root: whoever may write it is root. */
async function checkDvdcli(path: string): Promise<Check> {
  const id = `dvdcli ${path}`;
  const title = `dvdcli ${path}`;
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error);
    return check(id, title, found, ['note', 'needed only where policy chooses dvdcli; plugins are spoken to directly']);
  }
  const { uid, mode } = await stat(path);
  if (uid === 0 && (mode & 0o022) === 0) return check(id, title, 'can be executed, owned by root');
  return check(id, title, `owner ${uid}, mode ${(mode & 0o7777).toString(8)}: others can change what root executes`, [
    'missing',
    `chown root ${path} && chmod go-w ${path}`,
  ]);
}

/** The programs that are executed, each by its absolute path. */
export async function checkTools(dvdcliPaths: readonly string[]): Promise<Check[]> {
  return Promise.all([...tools.map(checkTool), ...dvdcliPaths.map(checkDvdcli)]);
}
