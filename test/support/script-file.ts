import { writeFile } from 'node:fs/promises';

/** Writes an executable shell script, to stand for a program that fails or waits when it is told to. */
export async function writeScript(path: string, lines: readonly string[]): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
  return path;
}
