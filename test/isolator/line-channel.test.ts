import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { LineChannel } from '../../host/isolator/line-channel.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

interface Side {
  readonly channel: LineChannel<unknown, unknown>;
  readonly socket: Socket;
  readonly heard: unknown[];
  readonly ended: Promise<void>;
}

function sideOf(socket: Socket): Side {
  const heard: unknown[] = [];
  const end = Promise.withResolvers<void>();
  const channel = new LineChannel<unknown, unknown>(
    socket,
    (value) => heard.push(value),
    () => end.resolve(),
  );
  return { channel, socket, heard, ended: end.promise };
}

/** Two ends of a Unix socket, as a launcher and its parent have them. */
async function connect(): Promise<[Side, Side]> {
  const path = join(directory.path, 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const near = createConnection(path);
  const [far] = (await accepted) as [Socket];
  server.close();
  return [sideOf(near), sideOf(far)];
}

test('values arrive as they were sent, in order, however the bytes come', async () => {
  const [near, far] = await connect();
  for (const value of [1, 'zwölf', { a: ['\n'] }, null]) await near.channel.send(value);
  near.socket.write('{"half":');
  near.socket.write('true}\n"never finished');
  near.channel.close();
  await far.ended;
  expect(far.heard).toEqual([1, 'zwölf', { a: ['\n'] }, null, { half: true }]);
  await far.channel.send('to nobody');
  await far.channel.finish('to nobody');
});

test('the last word arrives, whatever is on the way in the other direction', async () => {
  for (let round = 0; round < 100; round += 1) {
    const [near, far] = await connect();
    const chatter = setInterval(() => far.channel.send('x'.repeat(10_000)), 0);
    for (let count = 0; count < round; count += 1) void far.channel.send('x'.repeat(1_000));
    await near.channel.finish('last');
    await far.ended;
    clearInterval(chatter);
    expect(far.heard).toEqual(['last']);
  }
});

test('nothing can be said after the last word', async () => {
  const [near, far] = await connect();
  const finished = near.channel.finish('last');
  await near.channel.send('too late');
  await finished;
  await far.ended;
  expect(far.heard).toEqual(['last']);
});

test('another side that neither reads nor closes is not waited for without end', async () => {
  const [near, far] = await connect();
  far.socket.pause();
  await near.channel.finish('last', 50);
  expect(near.socket.destroyed).toBe(true);
  far.socket.resume();
  await far.ended;
  expect(far.heard).toEqual(['last']);
});
