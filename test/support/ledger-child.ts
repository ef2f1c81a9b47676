import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('ledger-process.ts', import.meta.url));

/** A process on a ledger; ledger-process.ts says what it can do. */
export interface LedgerChild {
  readonly pid: number;
  /** Its only line, JSON. */
  readonly answer: Promise<unknown>;
  /** Waits until it has ended by itself, and fails when it did so badly. */
  readonly done: Promise<void>;
  kill(): Promise<void>;
}

export function startLedgerChild(stateDirectory: string, job: string, argument = ''): LedgerChild {
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', SCRIPT, stateDirectory, job, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const done = exited.then(([code, signal]) => {
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the process on the ledger ended with ${code ?? signal}`);
  });
  done.catch(() => {});
  const early = done.then(() => {
    throw new Error('the process on the ledger ended without a word');
  });
  const answer = Promise.race([once(lines, 'line').then(([line]) => JSON.parse(String(line)) as unknown), early]);
  answer.catch(() => {});
  return {
    pid: child.pid ?? -1,
    answer,
    done,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
