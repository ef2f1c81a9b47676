import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { waitFor } from '../../support/wait-for.ts';

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

/** Waits until something is so. @throws Error when it is not in time */
export async function until(what: string, isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
  await waitFor(what, () => (isSo() ? true : undefined), timeoutMs);
}
