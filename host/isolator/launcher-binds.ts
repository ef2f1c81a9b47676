import { openMountpoint } from '../driver/mountpoint.ts';
import { bind } from '../system/mount.ts';
import type { PreparedBind } from './launch-spec.ts';

/**
 * Makes the binds of a task, in their order, in the mount namespace of this process. All sources are opened, and
 * checked to be the directories that were prepared, before the first target is covered: a target may lie above a
 * source.
 * @throws {DirectoryError | MountError}
 */
export async function makeBinds(binds: readonly PreparedBind[]): Promise<void> {
  using sources = new DisposableStack();
  const opened = [];
  for (const { source } of binds) opened.push(sources.use(await openMountpoint(source)));
  for (const [index, { target, recursive, readOnly }] of binds.entries()) {
    const source = opened[index];
    if (source !== undefined) await bind({ source, target, recursive, readOnly });
  }
}
