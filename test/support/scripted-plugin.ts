import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a scripted plugin does with one request. */
export type Reaction =
  /** 200 with the document. */
  | { readonly json: unknown }
  | { readonly status: number; readonly body: string }
  /** Never answers. */
  | 'hang'
  /** Begins its answer and never ends it. */
  | 'stall'
  /** Breaks the connection without an answer. */
  | 'crash'
  /** Breaks the connection in the middle of the answer. */
  | 'break'
  /** Answers without an end. */
  | 'flood';

export interface PluginRequest {
  /** For example `VolumeDriver.Mount`. */
  readonly method: string;
  /** null when there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type Script = Readonly<Record<string, Reaction | ((request: PluginRequest) => Reaction)>>;

/** A plugin for faults that no real one shows when it is asked to. */
export interface ScriptedPlugin {
  /** Directory of its socket, made for it. */
  readonly directory: string;
  readonly socket: string;
  readonly requests: readonly PluginRequest[];
  /** Names of the calls so far, without `VolumeDriver.`. */
  calls(): string[];
  stop(): Promise<void>;
}

export const ACTIVATED: Reaction = { json: { Implements: ['VolumeDriver'] } };

/** A plugin that has the volume `data`, and whose Mount never comes back. */
export const HANGS_AT_MOUNT: Script = {
  'Plugin.Activate': ACTIVATED,
  'VolumeDriver.Get': { json: { Volume: { Name: 'data' }, Err: '' } },
  'VolumeDriver.List': { json: { Volumes: [{ Name: 'data' }], Err: '' } },
  'VolumeDriver.Mount': 'hang',
  'VolumeDriver.Unmount': { json: { Err: '' } },
};

/** Listens as `NAME.sock` in a directory of its own. Methods without a script answer 404, and Plugin.Activate well. */
export async function startPlugin(name: string, script: Script): Promise<ScriptedPlugin> {
  const directory = await mkdtemp(join(tmpdir(), 'dvdi-plugin-'));
  const socket = join(directory, `${name}.sock`);
  const requests: PluginRequest[] = [];
  const server = createServer(scriptListener(script, requests));
  await listen(server, socket);
  return {
    directory,
    socket,
    requests,
    calls: () => requests.map((request) => request.method.replace('VolumeDriver.', '')),
    stop: async () => {
      await close(server);
      await rm(directory, { recursive: true });
    },
  };
}

/** What a plugin's server does with a request, and where it notes it. */
export function scriptListener(script: Script, requests: PluginRequest[]): RequestListener {
  return async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const method = (incoming.url ?? '').slice(1);
    const request = { method, body: text === '' ? null : JSON.parse(text), headers: incoming.headers };
    requests.push(request);
    const step = script[method] ?? (method === 'Plugin.Activate' ? ACTIVATED : { status: 404, body: 'no such page' });
    const reaction = typeof step === 'function' ? step(request) : step;
    if (reaction === 'hang') return;
    if (reaction === 'crash') return void incoming.socket.destroy();
    if (reaction === 'stall') return void response.write('{"Mountpoint":');
    if (reaction === 'break') {
      response.writeHead(200, { 'Content-Length': 100 });
      return void response.write('{"Mountpoint":', () => incoming.socket.destroy());
    }
    if (reaction === 'flood') return flood(response);
    if ('json' in reaction) return void response.end(JSON.stringify(reaction.json));
    response.writeHead(reaction.status);
    response.end(reaction.body);
  };
}

function flood(response: NodeJS.WritableStream & { readonly destroyed?: boolean }): void {
  const chunk = Buffer.alloc(65_536, ' ');
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  response.on('error', () => {});
  write();
}

/** Listens on a socket's path, or on a free port of the loopback address. */
export async function listen(server: Server, socket?: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
  return socket === undefined ? (server.address() as AddressInfo).port : 0;
}

export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
