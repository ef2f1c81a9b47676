import { Worker } from 'node:worker_threads';
import {
  RESTART_PAUSE_MAX_MS,
  RESTART_PAUSE_MS,
  WORKER_HEAP_MAX_MIB,
  WORKER_START_MAX_MS,
  WORKER_YOUNG_HEAP_MAX_MIB,
} from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { AdmissionSummary, Policy, WorkerOrder, WorkerReport, WorkerStart } from './worker-messages.ts';

/** An answer of the core, with what it says of itself. */
export interface Admitted {
  /** The core's bytes. */
  readonly answer: Uint8Array;
  readonly summary: AdmissionSummary;
}

/** A document to judge, and who waits for it. */
export interface Job {
  readonly order: Extract<WorkerOrder, { type: 'admit' }>;
  readonly resolve: (admitted: Admitted) => void;
  readonly reject: (error: ServiceError) => void;
}

/** Why a thread was replaced. */
export type RestartReason = 'deadline' | 'crash' | 'start';

export interface WorkerSeatOptions {
  /** What the thread runs. */
  readonly script: URL;
  readonly module: WebAssembly.Module;
  /** Asked whenever a thread starts, so that a new one begins with the policy in force. */
  readonly policy: () => Policy;
  readonly deadlineMs: number;
  /** Told whenever the seat can take a job. */
  readonly onIdle: (seat: WorkerSeat) => void;
  readonly onRestart: (reason: RestartReason, error: unknown) => void;
}

/**
 * One place for a worker thread, which is taken by another one when the thread dies or a job runs past its deadline.
 * One job at a time: the clock of a deadline begins when the thread begins.
 */
export class WorkerSeat {
  readonly #options: WorkerSeatOptions;
  readonly #ends = new Set<Promise<unknown>>();
  #thread: Worker | null = null;
  #isReady = false;
  #job: Job | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failedStarts = 0;
  #isClosed = false;

  constructor(options: WorkerSeatOptions) {
    this.#options = options;
    this.#start();
  }

  get isIdle(): boolean {
    return this.#isReady && this.#job === null;
  }

  /** Whether a thread is there to work, or at work. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Only for a seat that is idle. */
  run(job: Job): void {
    this.#job = job;
    this.#timer = setTimeout(() => this.#checkDeadline(job), this.#options.deadlineMs);
    this.#thread?.postMessage(job.order, [job.order.document.buffer as ArrayBuffer]);
  }

  /** Holds for the jobs after it. */
  configure(policy: Policy): void {
    this.#thread?.postMessage({ type: 'configure', policy } satisfies WorkerOrder);
  }

  /** Ends the thread; a job that runs is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#fail(stopping());
    this.#drop();
    await Promise.all(this.#ends);
  }

  #start(): void {
    const { script, module, policy } = this.#options;
    const thread = new Worker(script, {
      workerData: { module, policy: policy() } satisfies WorkerStart,
      // Nothing of the command line or the environment is its business.
      env: {},
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: WORKER_HEAP_MAX_MIB,
        maxYoungGenerationSizeMb: WORKER_YOUNG_HEAP_MAX_MIB,
      },
    });
    this.#thread = thread;
    this.#timer = setTimeout(() => this.#replace('start', new Error('it never got ready')), WORKER_START_MAX_MS);
    thread.on('message', (report: WorkerReport) => {
      if (thread === this.#thread) this.#take(report);
    });
    const died = (error: unknown) => {
      if (thread === this.#thread) this.#replace(this.#isReady ? 'crash' : 'start', error);
    };
    thread.on('error', died);
    thread.on('exit', (code) => died(new Error(`the thread ended with code ${code}`)));
  }

  #take(report: WorkerReport): void {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = null;
    if (report.type === 'ready') {
      this.#isReady = true;
      this.#failedStarts = 0;
    } else if (report.type === 'admitted') job?.resolve(report);
    else job?.reject(coreFailed(report));
    this.#options.onIdle(this);
  }

  /** An answer that is here already counts, also when this thread was too busy to look at it. */
  #checkDeadline(job: Job): void {
    setImmediate(() => {
      if (this.#job === job) this.#replace('deadline', pastDeadline(this.#options.deadlineMs));
    });
  }

  #replace(reason: RestartReason, error: unknown): void {
    this.#fail(error instanceof ServiceError ? error : threadDied(error));
    this.#drop();
    this.#options.onRestart(reason, error);
    if (this.#isClosed) return;
    if (reason !== 'start') {
      this.#start();
      return;
    }
    const pauseMs = Math.min(RESTART_PAUSE_MS * 2 ** this.#failedStarts, RESTART_PAUSE_MAX_MS);
    this.#failedStarts += 1;
    this.#timer = setTimeout(() => this.#start(), pauseMs);
  }

  #fail(error: ServiceError): void {
    const job = this.#job;
    this.#job = null;
    job?.reject(error);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#isReady = false;
    const thread = this.#thread;
    this.#thread = null;
    if (thread === null) return;
    const end = thread.terminate().finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }
}

function pastDeadline(deadlineMs: number): ServiceError {
  return new ServiceError('service-deadline', 'the document took too long', {
    expected: `a verdict within ${deadlineMs} ms`,
    got: 'none; the worker was ended and replaced',
    advice: 'split the document; if it is a small one, report it with the document as a defect',
  });
}

function threadDied(cause: unknown): ServiceError {
  return new ServiceError('service-worker', 'the worker died', {
    expected: 'a verdict',
    got: 'the end of the worker, which was replaced',
    advice: 'try again; if it happens again, report it with the document as a defect',
    cause,
  });
}

function coreFailed({ code, message }: Extract<WorkerReport, { type: 'failed' }>): ServiceError {
  return new ServiceError('service-worker', 'the core failed', {
    expected: 'a verdict',
    got: `${code}: ${message}`,
    advice: 'report it with the document as a defect: no document may make the core fail',
  });
}

/** What whoever still waits is told at the end. */
export function stopping(): ServiceError {
  return new ServiceError('service-stopping', 'the service is stopping', {
    expected: 'a service that takes documents',
    got: 'one that was told to end',
    advice: 'try again: another instance, or this one when it is back',
  });
}
