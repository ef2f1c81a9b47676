import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { packagePath } from '../host/system/package-path.ts';

/** What `bench/children/plan-timer.cpp` says of one batch. */
interface Batch {
  /** Of one plan. */
  readonly durationMs: number;
  /** The most memory that the process had so far. */
  readonly peakBytes: number;
}

/** A C++ host in a process of its own that plans one document as often as it is asked to. */
export class PlanTimer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(document: string) {
    const program = packagePath('build/native/release/dvdi-plan-timer');
    this.#child = spawn(program, [document], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#reader = createInterface(this.#child.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Plans `calls` times. */
  async batch(calls: number): Promise<Batch> {
    this.#child.stdin.write(`${calls}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('expected a plan timer that answers, it has ended');
    const [nanoseconds = 0, kibibytes = 0] = String(value).split(' ').map(Number);
    return { durationMs: nanoseconds / 1e6, peakBytes: kibibytes * 1024 };
  }

  /** Ends the process. */
  end(): void {
    this.#reader.close();
    this.#child.stdin.end();
  }
}
