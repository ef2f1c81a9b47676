import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { close, listen } from './scripted-plugin.ts';

/** A volume plugin that is one dvdcli behind a socket. */
export interface DvdcliPlugin {
  /** Where its socket is. */
  readonly directory: string;
  /** Ends when everything that it was asked for has. */
  stop(): Promise<void>;
}

interface PluginCall {
  readonly Name?: string;
  readonly Opts?: Readonly<Record<string, string>> | null;
}

/**
 * Serves a dvdcli as a plugin: Mount, Unmount and Path are its commands, what it writes to stderr when it fails is the
 * answer's `Err`. Every volume is one that it knows.
 */
export async function serveDvdcli(name: string, dvdcli: string, directory: string): Promise<DvdcliPlugin> {
  const answers = new Set<Promise<object>>();
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const answer = answerTo(dvdcli, incoming.url ?? '', body === '' ? {} : JSON.parse(body));
    answers.add(answer);
    response.end(JSON.stringify(await answer));
    answers.delete(answer);
  });
  await mkdir(directory);
  await listen(server, join(directory, `${name}.sock`));
  return {
    directory,
    async stop() {
      await close(server);
      // Some caller may have given up before; what it asked for goes on until here.
      await Promise.all(answers);
    },
  };
}

async function answerTo(dvdcli: string, method: string, { Name: name = '' }: PluginCall): Promise<object> {
  const run = (command: string) => runDvdcli(dvdcli, [command, `--volumename=${name}`]);
  switch (method) {
    case '/Plugin.Activate':
      return { Implements: ['VolumeDriver'] };
    case '/VolumeDriver.Capabilities':
      return { Capabilities: { Scope: 'local' } };
    case '/VolumeDriver.Get':
      return { Volume: { Name: name, Mountpoint: (await run('path')).Mountpoint }, Err: '' };
    case '/VolumeDriver.List':
      return { Volumes: [], Err: '' };
    case '/VolumeDriver.Mount':
      return await run('mount');
    case '/VolumeDriver.Path':
      return await run('path');
    case '/VolumeDriver.Unmount':
      return await run('unmount');
    default:
      return { Err: `${method} is not scripted` };
  }
}

function runDvdcli(dvdcli: string, argv: readonly string[]): Promise<{ Mountpoint: string; Err: string }> {
  return new Promise((resolve) => {
    execFile(dvdcli, argv, (error, stdout, stderr) => {
      resolve({ Mountpoint: stdout.trim(), Err: error === null ? '' : stderr.trim() || String(error) });
    });
  });
}
