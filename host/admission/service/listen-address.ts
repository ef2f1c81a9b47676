import { chmod, lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ServiceError } from './service-error.ts';

/** Where the service listens. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** For its owner and its group: who may connect is decided by the socket's directory and group. */
const SOCKET_MODE = 0o660;
/** The kernel answers at once whether somebody listens; a server whose queue is full counts as alive. */
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * Reads `HOST:PORT`, `[IPv6]:PORT`, `:PORT` (all addresses of the machine) or `unix:/path`.
 * @returns null for anything else
 */
export function parseListenAddress(text: string): ListenAddress | null {
  if (text.startsWith('unix:/')) return { kind: 'unix', path: text.slice('unix:'.length) };
  const match = /^(?:\[(?<six>[0-9A-Fa-f:.]+)\]|(?<host>[\w.-]*)):(?<port>\d{1,5})$/u.exec(text)?.groups;
  const port = Number(match?.port);
  if (match === undefined || port > 65_535) return null;
  return { kind: 'tcp', host: match.six || match.host || '::', port };
}

/** As it is written, for people and for `--json`. */
export function listenAddressText(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/**
 * Makes a server listen. The socket of a server that is dead is replaced; one that somebody answers on is left alone.
 * @returns the address, with the port that the kernel chose where 0 was asked for
 * @throws {ServiceError} `service-listen`
 */
export async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    if (address.kind === 'tcp') {
      await listening(server, { host: address.host, port: address.port });
      return { ...address, port: (server.address() as AddressInfo).port };
    }
    await removeDeadSocket(address.path);
    await listening(server, { path: address.path });
    await chmod(address.path, SOCKET_MODE);
    return address;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw cannotListen(address, (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

function listening(server: Server, options: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return;
  if (!found.isSocket()) throw cannotListen({ kind: 'unix', path }, 'a file that is no socket');
  if (await isAnswered(path)) throw cannotListen({ kind: 'unix', path }, 'a server that answers there');
  await unlink(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ path });
    const answer = (isAlive: boolean) => () => {
      connection.destroy();
      resolve(isAlive);
    };
    connection.setTimeout(CONNECT_TIMEOUT_MS, answer(true));
    connection.once('connect', answer(true));
    connection.once('error', (error: NodeJS.ErrnoException) => {
      answer(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')();
    });
  });
}

function cannotListen(address: ListenAddress, got: string, cause?: unknown): ServiceError {
  return new ServiceError('service-listen', 'cannot listen', {
    expected: 'an address of this machine that is free and that this user may listen on',
    got: `${listenAddressText(address)}: ${got}`,
    advice: 'choose another --listen, or end what listens there',
    cause,
  });
}
