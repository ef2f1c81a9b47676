import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** A process whose output goes to a file: it outlives nobody who reads it. */
export class LoggedProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(file: string, argv: readonly string[], log: string, env: Readonly<Record<string, string>> = {}) {
    const fd = openSync(log, 'a');
    this.#child = spawn(file, argv, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', fd, fd] });
    closeSync(fd);
    this.exited = once(this.#child, 'exit').then(([code]) => code);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) this.#child.kill(signal);
    await this.exited;
  }
}

/** Looks again and again. @throws Error when it is not so in time */
export async function until(what: string, isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !isSo(); ) {
    if (Date.now() > deadline) throw new Error(`expected ${what} within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
