import { lstatSync, unlinkSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { LocalDriverError } from './error.ts';
import { lockDirectory } from './file-lock.ts';
import { CONNECT_TIMEOUT_MS, SOCKET_LOCK_WAIT_SECONDS, SOCKET_PATH_MAX_BYTES } from './limits.ts';

/** A unix socket at a well-known path. */
export interface PluginSocket {
  readonly path: string;
  /** Removes the socket's file, where it is still ours. */
  remove(): void;
}

/** Names of the closed directory that a socket is made in, and of the socket there. */
const CLOSED_PREFIX = '.dvdi-';
const UNFINISHED = 's';

/**
 * Makes a server listen on `<directory>/<name>.sock`, mode 0600. The socket of a server that is dead is replaced; one
 * that somebody answers on is left alone. The socket is bound in a closed directory beside it and renamed when it is
 * ready: nobody can connect before its mode is set, and a client finds the old socket or the new one and never none.
 *
 * @throws {LocalDriverError} `socket-busy`, `socket-path`
 */
export async function listenOnSocket(
  server: Server,
  directory: string,
  name: string,
  flock: string,
): Promise<PluginSocket> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const path = join(directory, `${name}.sock`);
  const lock = await lockDirectory(directory, flock, SOCKET_LOCK_WAIT_SECONDS);
  if (lock === null) {
    throw new LocalDriverError(
      'socket-busy',
      `another server has been starting in ${directory} for ${SOCKET_LOCK_WAIT_SECONDS} s: try again`,
    );
  }
  try {
    await removeLeftovers(directory);
    await requireDead(path);
    return await bind(server, directory, path);
  } finally {
    await lock.close();
  }
}

async function bind(server: Server, directory: string, path: string): Promise<PluginSocket> {
  const closed = await mkdtemp(join(directory, CLOSED_PREFIX));
  const unfinished = join(closed, UNFINISHED);
  try {
    requireFitting(path);
    requireFitting(unfinished);
    await listen(server, unfinished);
    await chmod(unfinished, 0o600);
    const { ino } = await lstat(unfinished);
    await rename(unfinished, path);
    return { path, remove: () => removeOwn(path, ino) };
  } finally {
    await removeClosed(closed);
  }
}

/** What a process that was killed in {@link bind} left; the lock says that it is not at work any more. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const entry of await readdir(directory)) {
    if (entry.startsWith(CLOSED_PREFIX)) await removeClosed(join(directory, entry));
  }
}

async function removeClosed(closed: string): Promise<void> {
  await rm(join(closed, UNFINISHED), { force: true });
  await rmdir(closed);
}

function requireFitting(path: string): void {
  const length = Buffer.byteLength(path);
  if (length <= SOCKET_PATH_MAX_BYTES) return;
  throw new LocalDriverError(
    'socket-path',
    `${path}: expected a socket path of at most ${SOCKET_PATH_MAX_BYTES} bytes, got ${length}; choose a shorter directory`,
  );
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whatever took our socket's place since then belongs to somebody else. */
function removeOwn(path: string, ino: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.ino === ino) unlinkSync(path);
}

async function requireDead(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new LocalDriverError(
      'socket-busy',
      `${path}: expected a socket or nothing, got another kind of file; move it away`,
    );
  }
  if (await isAnswered(path)) {
    throw new LocalDriverError(
      'socket-busy',
      `${path}: another server answers there; stop that one first, or serve the driver under another name`,
    );
  }
}

/**
 * The kernel refuses a connection at once when nobody listens any more. Anything else is a server, perhaps a busy one.
 */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ path });
    const answer = (isAlive: boolean) => () => {
      connection.destroy();
      resolve(isAlive);
    };
    connection.setTimeout(CONNECT_TIMEOUT_MS, answer(true));
    connection.once('connect', answer(true));
    connection.once('error', (error) => {
      answer(!['ECONNREFUSED', 'ENOENT'].includes(errnoOf(error) ?? ''))();
    });
  });
}
