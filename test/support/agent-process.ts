import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalDriverOptions } from '../../host/driver/local/local-driver.ts';
import { PluginCaller } from './plugin-request.ts';
import { waitFor } from './wait-for.ts';

const SCRIPT = fileURLToPath(new URL('local-driver-process.ts', import.meta.url));

/** The server of one agent on a shared store, in a process of its own. */
export interface AgentProcess {
  readonly pid: number;
  readonly caller: PluginCaller;
  /** Sends a signal without waiting for what comes of it. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the process, a stopped one too, and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves with the first line of its log that matches. */
  logged(pattern: RegExp): Promise<string>;
}

/** Starts a server of the driver `rexray` and waits until it serves. */
export async function startAgent(options: Omit<LocalDriverOptions, 'log' | 'names'>): Promise<AgentProcess> {
  const argv = ['--no-warnings', SCRIPT, JSON.stringify({ ...options, names: ['rexray'] }), 'log'];
  const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const log: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => log.push(line));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = await Promise.race([
    once(lines, 'line'),
    exited.then(() => {
      throw new Error(`the agent ended before it served: ${log.join('\n')}`);
    }),
  ]);
  return {
    pid: child.pid as number,
    caller: new PluginCaller(JSON.parse(String(line)).rexray),
    signal: (signal) => {
      child.kill(signal);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    logged: (pattern) => waitFor(`${pattern} in the log`, () => log.find((text) => pattern.test(text))),
  };
}
