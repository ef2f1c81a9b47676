import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AGENT, agentFault } from '../support/faults/agent-faults.ts';
import type { Action, LedgerView, Message, Task, TaskEnd, VolumePlaces, Worker, WorkerOptions } from './messages.ts';
import { stampOf } from './mount-stamp.ts';

/** As the worker of the Node host: after this something hangs. */
const CALL_TIMEOUT_MS = 60_000;

const POLICY = { transport: 'plugin', sharing: 'allow' };

/** How one call of the program ended. */
interface CallEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly answer: string;
}

/** `dvdi-agent`, a process for each thing a task asks for, all at the same time; one of them is the one that is hit. */
export class AgentWorker implements Worker {
  readonly #options: WorkerOptions;
  readonly #children = new Set<ChildProcess>();
  #files = 0;

  private constructor(options: WorkerOptions) {
    this.#options = options;
  }

  static async start(options: WorkerOptions): Promise<AgentWorker> {
    const worker = new AgentWorker(options);
    await writeFile(worker.#policy, JSON.stringify(POLICY));
    return worker;
  }

  async perform(task: Task, killAfterMs: number | null, onMessage: (message: Message) => void): Promise<TaskEnd> {
    const timer = killAfterMs === null ? null : setTimeout(() => this.#killAll(), killAfterMs);
    const failures: string[] = [];
    let at: string | null = null;
    const act = async (call: () => Promise<CallEnd>, onDone: (answer: string) => void) => {
      const { exitCode, signal, answer } = await call();
      if (signal === 'SIGKILL') at ??= 'a random time';
      else if (exitCode === 0) onDone(answer);
      else failures.push(`exit code ${exitCode ?? signal}: ${answer}`);
    };
    try {
      if (task.task === 'recover') {
        await act(
          () => this.#recover(task),
          (answer) => failures.push(...JSON.parse(answer).failures.map((each: unknown) => JSON.stringify(each))),
        );
      } else {
        // Who is hit differs from time to time, as does whether it is before or after the call.
        const hit = task.killAt === null ? -1 : task.killAt % task.actions.length;
        const calls = task.actions.map((action, index) =>
          act(
            () => this.#act(action, index === hit ? task.killAt : null),
            () => this.#tellPrepared(action, onMessage),
          ),
        );
        await Promise.all(calls);
      }
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
    const hitAt = await this.#readHit();
    if (at !== null) return { killed: true, at: hitAt ?? at, failures };
    return { killed: false, done: { type: 'done', failures, ledger: await this.#viewLedger() } };
  }

  async end(): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#killAll();
    await Promise.all([...this.#children].map((child) => once(child, 'close')));
  }

  get #policy(): string {
    return `${this.#options.stateDirectory}-policy.json`;
  }

  get #hits(): string {
    return `${this.#options.stateDirectory}-hits`;
  }

  #killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  async #act({ operation, container, document }: Action, killAt: number | null): Promise<CallEnd> {
    if (operation === 'cleanup') return await this.#call('cleanup', [container], killAt);
    return await this.#withFile(document, (file) => this.#call('prepare', [container, file], killAt));
  }

  async #recover({ running, orphans, killAt }: Extract<Task, { task: 'recover' }>): Promise<CallEnd> {
    const list = JSON.stringify({ running, orphans });
    return await this.#withFile(list, (file) => this.#call('recover', ['--running', file], killAt));
  }

  #tellPrepared({ operation, container, volumes }: Action, onMessage: (message: Message) => void): void {
    if (operation !== 'prepare') return;
    const stamps = volumes.map((name) => [name, stampOf(this.#options.volumes[name] as VolumePlaces)] as const);
    onMessage({ type: 'prepared', container, stamps: Object.fromEntries(stamps) });
  }

  async #withFile<Result>(content: string, act: (file: string) => Promise<Result>): Promise<Result> {
    const file = `${this.#options.stateDirectory}-${this.#files++}.json`;
    await writeFile(file, content);
    try {
      return await act(file);
    } finally {
      await rm(file);
    }
  }

  /** @param killAt two for each call that changes the machine: killed before it, and after it */
  async #call(verb: string, words: readonly string[], killAt: number | null): Promise<CallEnd> {
    const { stateDirectory, sockets } = this.#options;
    const places = ['--state-dir', stateDirectory, '--plugin-dir', sockets, '--no-wait', '--policy', this.#policy];
    const fault = killAt !== null && killAt % 2 === 1 ? 'kill-before' : 'kill-after';
    const env = killAt === null ? {} : agentFault(Math.ceil(killAt / 2), fault, this.#hits);
    return await this.#run([verb, '--json', ...places, ...words], env);
  }

  async #run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<CallEnd> {
    const child = spawn(AGENT, argv, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CALL_TIMEOUT_MS,
      killSignal: 'SIGQUIT',
    });
    this.#children.add(child);
    const closed = once(child, 'close');
    const [[exitCode, signal], output, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    this.#children.delete(child);
    return { exitCode, signal, answer: exitCode === 0 ? output : output + errors };
  }

  /** Which call the process was killed at; null when it was none. */
  async #readHit(): Promise<string | null> {
    const hit = await readFile(this.#hits, 'utf8').catch(() => null);
    if (hit !== null) await rm(this.#hits);
    return hit === null ? null : hit.trimEnd();
  }

  async #viewLedger(): Promise<LedgerView> {
    const { exitCode, answer } = await this.#run(['ls', '--json', '--state-dir', this.#options.stateDirectory], {});
    if (exitCode !== 0) throw new Error(`expected the ledger to be listed, got exit code ${exitCode}: ${answer}`);
    const { containers, volumes } = JSON.parse(answer);
    return {
      containers: containers.map(({ container, state }: LedgerView['containers'][number]) => ({ container, state })),
      volumes: volumes.map((volume: { name: string; state: string; containers: unknown[] }) => ({
        name: volume.name,
        state: volume.state,
        users: volume.containers.length,
      })),
    };
  }
}
