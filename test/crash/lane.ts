import { existsSync, readdirSync } from 'node:fs';
import { Random } from '../support/random.ts';
import type { Action, LedgerView, Message, MountStamp, Task, TaskEnd, Worker } from './messages.ts';
import type { Complaint, Store } from './store.ts';

export type Operation = 'prepare' | 'cleanup' | 'recover';

export interface LaneOptions {
  readonly seed: number;
  readonly driver: string;
  readonly startWorker: () => Promise<Worker>;
  readonly store: Store;
  /** Where containers see their volumes; made and removed by the isolator. */
  readonly paths: string;
}

/** What a runtime says in the recover after a kill. */
type Account = 'unfinished gone' | 'all gone' | 'none gone';

const OPERATIONS: readonly Operation[] = ['prepare', 'cleanup', 'recover'];
const CONTAINERS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
const ACCOUNTS: readonly Account[] = [
  ...Array.from({ length: 6 }, () => 'unfinished gone' as const),
  'all gone',
  'none gone',
];

/** Something that must not happen did: the run is over. */
export class HarmError extends Error {
  override readonly name = 'HarmError';
  readonly complaints: readonly Complaint[];

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(({ harm, text }) => `${harm}: ${text}`).join('\n'));
    this.complaints = complaints;
  }
}

/**
 * The life of one state directory: a runtime with up to six containers whose isolator is killed again and again. The
 * harness knows which containers it was told are prepared, and which mounts it saw then; everything else it takes from
 * the kernel and from the ledger.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #random: Random;
  /** Containers whose prepare has been answered, with their volumes. */
  readonly #prepared = new Map<string, readonly string[]>();
  /** The mount of each volume that one of them has. */
  readonly #inUse = new Map<string, MountStamp>();
  /** At which effect the next worker is killed. */
  readonly #killAt = { prepare: 1, cleanup: 1, recover: 1 };
  /** How long each takes, about, in milliseconds. */
  readonly #spanMs = { prepare: 300, cleanup: 300, recover: 300 };
  #worker: Worker | null = null;
  /** What was going on, for a complaint. */
  story: string[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  /**
   * Does something, with a kill, and looks what is left after the recover.
   * @returns what was killed and where; null when it was over before
   * @throws {HarmError}
   */
  async round(wanted: Operation): Promise<{ readonly operation: Operation; readonly at: string } | null> {
    this.story = [];
    const free = CONTAINERS.length - this.#prepared.size;
    if (wanted !== 'prepare' && this.#prepared.size === 0) await this.#calmly(this.#prepare(2));
    const operation = wanted === 'prepare' && free < 2 ? 'cleanup' : wanted;
    const { task, begun, ended } = this.#plan(operation);
    const end = await this.#perform(task, operation);
    if (!end.killed) {
      await this.#check(end, 'unfinished gone');
      return null;
    }
    this.#worker = null;
    this.#complain([
      ...this.#options.store.unmounted(this.#inUse),
      ...end.failures.map((text) => ({ harm: 'failed', text }) as const),
    ]);
    await this.#recover(this.#random.pick(ACCOUNTS), begun, ended);
    return { operation, at: end.at };
  }

  /** Lets everything go, looks at the data of every volume once more, and that nothing is left. */
  async finish(): Promise<void> {
    this.story = ['the end'];
    await this.#recover('all gone', [], []);
    const names = Object.keys(this.#options.store.places);
    await this.#calmly([this.#action('prepare', 'last', names)]);
    await this.#recover('all gone', [], []);
    if (existsSync(this.#options.paths)) {
      const text = `${this.#options.paths} is still there, with ${readdirSync(this.#options.paths).join(', ')}`;
      this.#complain([{ harm: 'leaked', text }]);
    }
    await this.#worker?.end();
    this.#worker = null;
  }

  /** Ends its worker, if there is one. */
  async abandon(): Promise<void> {
    await this.#worker?.kill();
  }

  /** What to do, with which containers begun by it and which ended. Who is ended is no longer in use. */
  #plan(operation: Operation): { task: Task; begun: readonly Action[]; ended: readonly string[] } {
    if (operation === 'recover') {
      const ended = this.#drop(1 + this.#random.below(this.#prepared.size));
      return { task: this.#recoverTask([...this.#prepared.keys()], []), begun: [], ended };
    }
    const ended = operation === 'cleanup' ? this.#drop(1) : [];
    // A container is not prepared again before its cleanup is over, as with any runtime.
    const count = operation === 'prepare' ? 1 + this.#random.below(2) : this.#random.below(2);
    const begun = this.#prepare(count, ended);
    const cleanups = ended.map((container) => this.#action('cleanup', container, []));
    const actions = [...cleanups, ...begun];
    return { task: { task: 'work', actions, killAt: null }, begun, ended };
  }

  /** Takes containers out of what is in use. */
  #drop(count: number): string[] {
    const dropped: string[] = [];
    while (dropped.length < count) {
      const container = this.#random.pick([...this.#prepared.keys()]);
      this.#prepared.delete(container);
      dropped.push(container);
    }
    const used = new Set([...this.#prepared.values()].flat());
    for (const name of this.#inUse.keys()) if (!used.has(name)) this.#inUse.delete(name);
    return dropped;
  }

  /** New containers, each with one volume or more. */
  #prepare(count: number, except: readonly string[] = []): Action[] {
    const free = CONTAINERS.filter((each) => !this.#prepared.has(each) && !except.includes(each));
    return Array.from({ length: Math.min(count, free.length) }, () => {
      const [container = ''] = free.splice(this.#random.below(free.length), 1);
      const names = Object.keys(this.#options.store.places);
      const wanted = names.filter(() => this.#random.below(2) === 0);
      return this.#action('prepare', container, wanted.length > 0 ? wanted : [this.#random.pick(names)]);
    });
  }

  /** Two volumes in three get a path in the container. */
  #action(operation: Action['operation'], container: string, volumes: readonly string[]): Action {
    const variables = volumes.flatMap((name, index) => [
      [`DVDI_VOLUME_NAME${index}`, name],
      [`DVDI_VOLUME_DRIVER${index}`, this.#options.driver],
      [`DVDI_VOLUME_OPTS${index}`, 'size=1,newfstype=ext4'],
      ...(this.#random.below(3) === 0
        ? []
        : [[`DVDI_VOLUME_CONTAINERPATH${index}`, `${this.#options.paths}/${container}/${name}`]]),
    ]);
    return { operation, container, volumes, document: JSON.stringify(Object.fromEntries(variables)) };
  }

  #recoverTask(running: readonly string[], orphans: readonly string[]): Task {
    return { task: 'recover', running, orphans, killAt: null };
  }

  /** Has a task done with a kill: two of three at an effect, one after the other, the third at any time. */
  async #perform(task: Task, operation: Operation): Promise<TaskEnd> {
    if (this.#random.below(3) > 0) {
      const killAt = this.#killAt[operation];
      const end = await this.#tell({ ...task, killAt }, null);
      this.#killAt[operation] = end.killed ? killAt + 1 : 1;
      return end;
    }
    const startMs = performance.now();
    const end = await this.#tell(task, this.#random.below(this.#spanMs[operation]));
    const tookMs = Math.ceil(performance.now() - startMs);
    this.#spanMs[operation] = end.killed ? Math.ceil(this.#spanMs[operation] * 1.05) : tookMs;
    return end;
  }

  async #calmly(actions: readonly Action[]): Promise<void> {
    const end = await this.#tell({ task: 'work', actions, killAt: null }, null);
    await this.#check(end, 'unfinished gone');
  }

  /** The recover of a new worker. @param begun, ended what the kill caught */
  async #recover(account: Account, begun: readonly Action[], ended: readonly string[]): Promise<void> {
    if (account === 'all gone') this.#drop(this.#prepared.size);
    const known = [...this.#prepared.keys()];
    if (account !== 'none gone') {
      await this.#check(await this.#tell(this.#recoverTask(known, []), null), account);
      return;
    }
    const running = new Set([...known, ...begun.map(({ container }) => container)]);
    await this.#check(await this.#tell(this.#recoverTask([...running], ended), null), account);
    // What a runtime does then: it asks for the same once more.
    await this.#calmly([...begun, ...ended.map((container) => this.#action('cleanup', container, []))]);
  }

  async #tell(task: Task, killAfterMs: number | null): Promise<TaskEnd> {
    this.#worker ??= await this.#options.startWorker();
    this.story.push(`${JSON.stringify(task)}${killAfterMs === null ? '' : `, killed after ${killAfterMs} ms`}`);
    const actions = task.task === 'work' ? task.actions : [];
    const end = await this.#worker.perform(task, killAfterMs, (message) => this.#hear(message, actions));
    if (end.killed) this.story.push(`killed ${end.at}`);
    return end;
  }

  /** Notes which mounts a container has from now on. */
  #hear(message: Message, actions: readonly Action[]): void {
    if (message.type !== 'prepared') return;
    this.#prepared.set(message.container, actions.find((each) => each.container === message.container)?.volumes ?? []);
    for (const [name, stamp] of Object.entries(message.stamps)) {
      // What is mounted nowhere is noted, too, and found by the check.
      if (!this.#inUse.has(name)) this.#inUse.set(name, stamp ?? { id: 0, mountCount: 0 });
    }
  }

  /** Everything that must hold once a task is done. */
  async #check(end: TaskEnd, account: Account): Promise<void> {
    if (end.killed) throw new Error('expected a worker that nobody kills, got one that was');
    const { failures, ledger } = end.done;
    const { store } = this.#options;
    this.#complain([
      ...store.unmounted(this.#inUse),
      ...(await store.lost(this.#inUse.keys())),
      ...(await store.leaked(ledger)),
      ...failures.map((text) => ({ harm: 'failed', text }) as const),
      ...this.#misjudged(ledger, account),
    ]);
    if (this.#inUse.size > 0) await store.refill(this.#random.pick([...this.#inUse.keys()]));
  }

  /** Where the ledger is not what it must be. */
  #misjudged({ containers, volumes }: LedgerView, account: Account): Complaint[] {
    const states = new Map(containers.map(({ container, state }) => [container, state]));
    const forgotten = [...this.#prepared.keys()].filter((container) => states.get(container) !== 'prepared');
    const isGone = (each: string) => account !== 'none gone' && !this.#prepared.has(each);
    const unused = volumes.filter(({ users }) => users === 0);
    return [
      ...forgotten.map((each) => ({ harm: 'lost', text: `the ledger has ${each} as ${states.get(each)}` }) as const),
      ...[...states.keys()]
        .filter(isGone)
        .map((each) => ({ harm: 'leaked', text: `the ledger keeps ${each}, which is gone` }) as const),
      ...unused.map((each) => ({ harm: 'leaked', text: `nobody uses ${JSON.stringify(each)}` }) as const),
    ];
  }

  #complain(complaints: readonly Complaint[]): void {
    if (complaints.length > 0) throw new HarmError(complaints);
  }
}

/** In turn, so that each is killed as often. */
export function operationOf(round: number): Operation {
  return OPERATIONS[round % OPERATIONS.length] as Operation;
}
