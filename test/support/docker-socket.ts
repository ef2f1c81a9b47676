import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCKER_PLUGIN_DIRECTORIES } from '../../host/driver/plugin/plugin-discovery.ts';

/**
 * Gives a socket's path in Docker's own directory, since the arguments that an isolator gives to dvdcli name no other,
 * and removes afterwards what was made there.
 */
export async function withDockerSocket(driver: string, use: (socket: string) => Promise<void>): Promise<void> {
  const directory = DOCKER_PLUGIN_DIRECTORIES.sockets[0] ?? '';
  const made = await mkdir(directory, { recursive: true });
  const socket = join(directory, `${driver}.sock`);
  try {
    await use(socket);
  } finally {
    await rm(socket, { force: true });
    if (made !== undefined) await removeUpTo(directory, made);
  }
}

/** Removes the empty directories that a recursive mkdir made, the deepest first. */
async function removeUpTo(deepest: string, topmost: string): Promise<void> {
  for (let path = deepest; path.startsWith(topmost); path = join(path, '..')) await rmdir(path);
}
