import { pathToFileURL } from 'node:url';
import { packagePath } from '../../system/package-path.ts';
import { QUEUE_WAIT_MAX_MS } from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { Policy } from './worker-messages.ts';
import { type Admitted, type Job, type RestartReason, stopping, WorkerSeat } from './worker-seat.ts';

export interface WorkerPoolOptions {
  readonly module: WebAssembly.Module;
  readonly policy: Policy;
  readonly workers: number;
  /** How many documents may wait. */
  readonly queueMax: number;
  /** Of one call of the core. */
  readonly deadlineMs: number;
  readonly clock: () => Date;
  readonly onRestart: (reason: RestartReason, error: unknown) => void;
  /** What the threads run; the service's own worker by default. */
  readonly script?: URL;
  readonly queueWaitMs?: number;
}

/** A document that waits for a seat, and how its waiting is ended. */
interface WaitingJob {
  readonly job: Job;
  readonly stop: () => void;
}

/** Worker threads with a core each, behind one bounded queue: first come, first served. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #seats: readonly WorkerSeat[];
  readonly #waiting: WaitingJob[] = [];
  #policy: Policy;
  #isClosed = false;
  /** Told when a seat gets ready, or fails to, until the pool has started. */
  #onStart: ((error: unknown) => void) | null = null;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#policy = options.policy;
    const script = options.script ?? ownScript();
    this.#seats = Array.from(
      { length: options.workers },
      () =>
        new WorkerSeat({
          script,
          module: options.module,
          policy: () => this.#policy,
          deadlineMs: options.deadlineMs,
          onIdle: (seat) => {
            this.#next(seat);
            this.#onStart?.(null);
          },
          onRestart: (reason, error) => {
            this.#onStart?.(error);
            options.onRestart(reason, error);
          },
        }),
    );
  }

  /**
   * Starts all threads.
   * @throws {ServiceError} `service-worker` when one of them cannot start
   */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await new Promise<void>((resolve, reject) => {
        pool.#onStart = (error) => {
          if (error !== null) reject(cannotStart(error));
          else if (pool.#seats.every((seat) => seat.isReady)) resolve();
        };
      });
    } catch (error) {
      await pool.close();
      throw error;
    } finally {
      pool.#onStart = null;
    }
    return pool;
  }

  get queueLength(): number {
    return this.#waiting.length;
  }

  /** How many threads are there to work, or at work. */
  get readyCount(): number {
    return this.#seats.filter((seat) => seat.isReady).length;
  }

  get busyCount(): number {
    return this.#seats.filter((seat) => seat.isReady && !seat.isIdle).length;
  }

  /**
   * Has a document judged.
   * @param kind id of the document's kind; 0 detects it
   * @param signal of a caller that may go away: what waits then is not begun
   * @throws {ServiceError} `service-busy`, `service-deadline`, `service-worker`, `service-stopping`
   */
  admit(kind: number, document: Uint8Array, signal?: AbortSignal): Promise<Admitted> {
    if (this.#isClosed) return Promise.reject(stopping());
    return new Promise((resolve, reject) => {
      // The document is copied: it is handed over whole, and the caller's bytes may share a buffer with others.
      const now = this.#options.clock().toISOString();
      const job: Job = { order: { type: 'admit', kind, now, document: new Uint8Array(document) }, resolve, reject };
      const idle = this.#seats.find((seat) => seat.isIdle);
      const { queueMax } = this.#options;
      if (idle !== undefined) idle.run(job);
      else if (this.#waiting.length >= queueMax) reject(busy(`${queueMax} documents that wait already`));
      else this.#wait(job, signal);
    });
  }

  /** Documents that come after it are judged by this policy, also where others still wait. */
  configure(policy: Policy): void {
    this.#policy = policy;
    for (const seat of this.#seats) seat.configure(policy);
  }

  /** Ends all threads; whoever still waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { job, stop } of this.#waiting.splice(0)) {
      stop();
      job.reject(stopping());
    }
    await Promise.all(this.#seats.map((seat) => seat.close()));
  }

  #wait(job: Job, signal: AbortSignal | undefined): void {
    const limitMs = this.#options.queueWaitMs ?? QUEUE_WAIT_MAX_MS;
    const leave = () => {
      stop();
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      job.reject(busy(`none was free for ${limitMs} ms`));
    };
    const timer = setTimeout(leave, limitMs);
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    };
    const waiting = { job, stop };
    signal?.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
  }

  #next(seat: WorkerSeat): void {
    const next = seat.isIdle ? this.#waiting.shift() : undefined;
    if (next === undefined) return;
    next.stop();
    seat.run(next.job);
  }
}

/** Threads run the source where this is the source, and what the compiler made of it otherwise. */
function ownScript(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return pathToFileURL(
    packagePath(isSource ? 'host/admission/service/worker.ts' : 'build/host/admission/service/worker.js'),
  );
}

function busy(got: string): ServiceError {
  return new ServiceError('service-busy', 'the service is busy', {
    expected: 'a worker for the document',
    got,
    advice: 'try again in a second; serve with more --workers where this lasts',
  });
}

function cannotStart(cause: unknown): ServiceError {
  return new ServiceError('service-worker', 'a worker cannot start', {
    expected: 'a thread with a core',
    got: cause instanceof Error ? cause.message : String(cause),
    advice: 'check the memory of the machine, and install the package again',
    cause,
  });
}
