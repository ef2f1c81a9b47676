import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalDriverOptions } from '../../host/driver/local/local-driver.ts';

const SCRIPT = fileURLToPath(new URL('local-driver-process.ts', import.meta.url));

/** The embedded driver in a process of its own. */
export interface LocalDriverChild {
  readonly sockets: Readonly<Record<string, string>>;
  /** Ends the process and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts the driver as a child and waits until it serves; its stderr is the test's. */
export async function startLocalDriverChild(options: Omit<LocalDriverOptions, 'log'>): Promise<LocalDriverChild> {
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', SCRIPT, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const first = await Promise.race([
    once(lines, 'line'),
    exited.then(() => {
      throw new Error(`the driver ended with ${child.exitCode ?? child.signalCode} before it served`);
    }),
  ]);
  return {
    sockets: JSON.parse(String(first[0])),
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
