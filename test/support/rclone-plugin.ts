import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { listen } from './scripted-plugin.ts';
import { waitFor } from './wait-for.ts';

/** `rclone serve docker`: a real volume driver that nobody here wrote. Its volumes show a local directory by FUSE. */
export interface RclonePlugin {
  /** Where its volumes are mounted. */
  readonly baseDirectory: string;
  /** What it has said so far; for the text of a failed test. */
  log(): string;
  /** Ends it on the spot and waits until it is reaped: what it had mounted stays, and answers nothing any more. */
  kill(): Promise<void>;
  /** Ends it for sure and waits until it is reaped. */
  stop(): Promise<void>;
}

/**
 * Starts rclone with everything that it keeps under `directory`.
 * @param address path of the socket to make, or `host:port`
 */
export async function startRclone(directory: string, address: string): Promise<RclonePlugin> {
  const baseDirectory = join(directory, 'volumes');
  const cacheDirectory = join(directory, 'cache');
  await mkdir(baseDirectory, { recursive: true });
  await mkdir(cacheDirectory, { recursive: true });
  const argv = ['serve', 'docker', '--no-spec', '--socket-addr', address, '--base-dir', baseDirectory];
  const child = spawn(
    'rclone',
    [...argv, '--cache-dir', cacheDirectory, '--config', join(directory, 'rclone.conf'), '-v'],
    {
      // Nothing of this machine's own rclone is read or written.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  try {
    await waitFor('rclone to listen', async () => {
      if (child.exitCode !== null) throw new Error(`rclone ended:\n${log}`);
      return (await accepts(address)) ? true : undefined;
    });
  } catch (error) {
    await end(child, 'SIGTERM');
    throw error;
  }
  return { baseDirectory, log: () => log, kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') };
}

/** A port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server as never);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  const place = address.startsWith('/') ? { path: address } : { host: host ?? '', port: Number(port) };
  return new Promise((resolve) => {
    const socket = createConnection(place, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** SIGTERM lets rclone unmount what it still has; SIGKILL follows when it does not end. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(kill);
}
