import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** A web server as plain as there is: files of one folder with their types. */
export interface StaticServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly address: string;
  /** Files that were asked for, in order. */
  readonly asked: string[];
}

/**
 * Serves a folder.
 * @param replaced files that have other bytes than those in the folder, by name
 * @param headers that every answer has
 */
export async function serveFolder(
  directory: string,
  replaced: Readonly<Record<string, Uint8Array>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<StaticServer> {
  const asked: string[] = [];
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const name = pathname === '/' ? 'index.html' : basename(pathname);
    asked.push(name);
    const bytes = replaced[name] ?? (await readFile(join(directory, name)).catch(() => null));
    if (bytes === null) response.writeHead(404).end();
    else response.writeHead(200, { ...headers, 'content-type': TYPES[extname(name)] ?? 'text/plain' }).end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, asked, [Symbol.asyncDispose]: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
