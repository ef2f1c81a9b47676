import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Done, Message, Task, TaskEnd, Worker, WorkerOptions } from './messages.ts';

/** No task takes seconds; after this something hangs. */
const TASK_TIMEOUT_MS = 60_000;

/** The Node host in a process that works until it is killed (worker.ts), seen from the harness. */
export class WorkerProcess implements Worker {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  #onMessage: (message: Message) => void = () => undefined;

  private constructor(program: string, options: WorkerOptions) {
    const argv = ['--no-warnings', program, JSON.stringify(options)];
    this.#child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    // A task may be written to a worker that is dead already; that it is dead is seen by its end.
    this.#child.stdin?.on('error', () => undefined);
    this.#closed = once(this.#child, 'close');
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => this.#onMessage(JSON.parse(line)));
  }

  /** Starts one and waits until its ledger is open. */
  static async start(program: string, options: WorkerOptions): Promise<WorkerProcess> {
    const worker = new WorkerProcess(program, options);
    const ready = new Promise<void>((resolve) => {
      worker.#onMessage = ({ type }) => {
        if (type === 'ready') resolve();
      };
    });
    const ended = worker.#closed.then(([code]) => {
      throw new Error(`expected a worker that is ready, got one that ended with exit code ${code}`);
    });
    await withDeadline(Promise.race([ready, ended]), 'a worker to start');
    return worker;
  }

  async perform(task: Task, killAfterMs: number | null, onMessage: (message: Message) => void): Promise<TaskEnd> {
    let at = 'a random time';
    const done = new Promise<Done>((resolve) => {
      this.#onMessage = (message) => {
        if (message.type === 'dying') at = message.at;
        if (message.type === 'done') resolve(message);
        onMessage(message);
      };
    });
    const closed = this.#closed.then(([code, signal]): TaskEnd => {
      if (signal === 'SIGKILL') return { killed: true, at, failures: [] };
      throw new Error(`expected a worker that is killed, got one that ended with exit code ${code}`);
    });
    let isKilled = false;
    const kill = () => {
      isKilled = true;
      this.#child.kill('SIGKILL');
    };
    const timer = killAfterMs === null ? null : setTimeout(kill, killAfterMs);
    this.#child.stdin?.write(`${JSON.stringify(task)}\n`);
    try {
      const finished = done.then((message): TaskEnd => ({ killed: false, done: message }));
      const end = await withDeadline(Promise.race([finished, closed]), `${task.task} to end`);
      // It may have been done just as it was killed.
      return isKilled ? await closed : end;
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await withDeadline(this.#closed, 'a worker to end');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

async function withDeadline<Result>(promise: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing in ${TASK_TIMEOUT_MS} ms`)), TASK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
