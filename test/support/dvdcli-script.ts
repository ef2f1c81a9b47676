import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeScript } from './script-file.ts';

/** A dvdcli that really mounts: a tmpfs at `directory`/NAME. What it answers is the test's business. */
export interface ScriptedDvdcli {
  readonly executable: string;
  /** Where it mounts a volume. */
  pathOf(name: string): string;
}

/**
 * @param answer shell lines that run after the mount; `$at` is the mountpoint. The exit code is theirs.
 */
export async function writeDvdcli(directory: string, answer: readonly string[]): Promise<ScriptedDvdcli> {
  const volumes = join(directory, 'volumes');
  await mkdir(volumes, { mode: 0o755 });
  const executable = await writeScript(join(directory, 'dvdcli'), [
    'for word; do case $word in --volumename=*) name=$(echo "$word" | cut -d= -f2-);; esac; done',
    `at=${volumes}/$name`,
    'if [ "$1" = unmount ]; then umount "$at" && exec rmdir "$at"; exit 1; fi',
    'mkdir "$at" && mount -t tmpfs -o mode=755 scripted "$at" || exit 9',
    ...answer,
  ]);
  return { executable, pathOf: (name) => join(volumes, name) };
}
