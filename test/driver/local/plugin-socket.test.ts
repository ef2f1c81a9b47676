import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../../../host/driver/local/file-lock.ts';
import { listenOnSocket } from '../../../host/driver/local/plugin-socket.ts';
import { TOOL_PATHS } from '../../../host/driver/local/tools.ts';
import { askPlugin } from '../../support/plugin-request.ts';

let directory: string;
const servers: Server[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-socket-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

/** A server that answers with its own name. */
function serverNamed(name: string): Server {
  const server = createServer((_request, response) => response.end(JSON.stringify(name)));
  servers.push(server);
  return server;
}

const listen = (server: Server, name = 'n') => listenOnSocket(server, directory, name, TOOL_PATHS.flock);

test('the socket is ready when it appears, closed to others, and removed by its owner', async () => {
  const socket = await listen(serverNamed('first'));
  expect(socket.path).toBe(join(directory, 'n.sock'));
  expect((await stat(socket.path)).mode & 0o7777).toBe(0o600);
  expect((await askPlugin(socket.path, '/')).body).toBe('first');
  expect(await readdir(directory)).toEqual(['n.sock']);
  socket.remove();
  expect(await readdir(directory)).toEqual([]);
});

test('a live socket is refused, also by one that starts at the same moment', async () => {
  const outcomes = await Promise.allSettled([listen(serverNamed('a')), listen(serverNamed('b'))]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 'socket-busy', message: expect.stringContaining('answers there') });
  expect(await readdir(directory)).toEqual(['n.sock']);
});

test('a dead socket is replaced, and what took our place is not removed', async () => {
  const first = serverNamed('first');
  const old = await listen(first);
  await new Promise((resolve) => first.close(resolve));
  expect(await readdir(directory)).toEqual(['n.sock']);
  const socket = await listen(serverNamed('second'));
  old.remove();
  expect((await askPlugin(socket.path, '/')).body).toBe('second');
});

test('something else than a socket is left alone', async () => {
  await writeFile(join(directory, 'n.sock'), 'mine');
  await expect(listen(serverNamed('a'))).rejects.toMatchObject({
    code: 'socket-busy',
    message: expect.stringContaining('expected a socket or nothing, got another kind of file'),
  });
  expect(await readdir(directory)).toEqual(['n.sock']);
});

test('a path that does not fit into a socket address is refused, and nothing is left', async () => {
  await expect(listen(serverNamed('a'), 'x'.repeat(100))).rejects.toMatchObject({
    code: 'socket-path',
    message: expect.stringContaining('expected a socket path of at most 107 bytes'),
  });
  expect(await readdir(directory)).toEqual([]);
});

test('what a killed server left of its start is cleared', async () => {
  await mkdir(join(directory, '.dvdi-abcdef'));
  await writeFile(join(directory, '.dvdi-abcdef', 's'), '');
  await listen(serverNamed('a'));
  expect(await readdir(directory)).toEqual(['n.sock']);
});

test('a directory’s lock is held until its handle is closed', async () => {
  const first = await lockDirectory(directory, TOOL_PATHS.flock, 0);
  expect(await lockDirectory(directory, TOOL_PATHS.flock, 0)).toBeNull();
  const waiting = lockDirectory(directory, TOOL_PATHS.flock, 10);
  await first?.close();
  const second = await waiting;
  expect(second).not.toBeNull();
  await second?.close();
  expect(await readdir(directory)).toEqual([]);
});
