import type { Check, CheckFailure, CheckRequest, LoadedCore, WorkerMessage } from './checking.ts';

/** What the page hears of its core. */
export interface CoreListener {
  onLoaded(core: LoadedCore): void;
  onCheck(check: Check): void;
  onFailure(failure: CheckFailure): void;
}

/** Longest time for a check: the largest document takes a tenth of it on a slow machine. */
const CHECK_TIMEOUT_MS = 3_000;
/** Longest time until the core is there, over a slow line. */
const LOAD_TIMEOUT_MS = 30_000;

/**
 * Asks the worker, one question at a time: of those that come meanwhile only the last one counts. A worker that does
 * not answer in time is ended; the next question, or `restart`, starts another one.
 */
export class CoreClient {
  readonly #startWorker: () => Worker;
  readonly #listener: CoreListener;
  #worker: Worker | null = null;
  #waiting: CheckRequest | null = null;
  #asked: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(startWorker: () => Worker, listener: CoreListener) {
    this.#startWorker = startWorker;
    this.#listener = listener;
    this.restart();
  }

  /** Asks; the answer comes to the listener, unless a later question takes its place. */
  check(request: CheckRequest): void {
    this.#waiting = request;
    if (this.#worker === null) this.restart();
    else if (this.#timer === undefined) this.#askNext();
  }

  /** Starts a fresh core. A question that was on its way is not asked again. */
  restart(): void {
    this.#end();
    const worker = this.#startWorker();
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail('core-not-loaded', `expected a worker with the core, got: ${event.message || 'none'}`);
    });
    this.#limit(LOAD_TIMEOUT_MS, 'the core to load');
  }

  #hear(message: WorkerMessage): void {
    if (message.about === 'core') {
      this.#settle();
      this.#listener.onLoaded(message.core);
    } else if (message.about === 'core-not-loaded') {
      this.#end();
      this.#listener.onFailure(message.failure);
      return;
    } else if (message.id === this.#asked) {
      this.#settle();
      // What was said of an older text would only flicker.
      if (this.#waiting === null) this.#tell(message);
    }
    this.#askNext();
  }

  #tell(message: Extract<WorkerMessage, { id: number }>): void {
    if (message.about === 'check') this.#listener.onCheck(message.check);
    else this.#listener.onFailure(message.failure);
  }

  #askNext(): void {
    const request = this.#waiting;
    if (request === null || this.#timer !== undefined) return;
    this.#waiting = null;
    this.#asked = request.id;
    this.#worker?.postMessage(request);
    this.#limit(CHECK_TIMEOUT_MS, 'an answer of the core');
  }

  #limit(timeoutMs: number, what: string): void {
    this.#timer = setTimeout(() => {
      // The text has been changed since: a fresh worker is asked about what it is now.
      if (this.#asked !== null && this.#waiting !== null) this.restart();
      else this.#fail('core-deadline', `expected ${what} within ${timeoutMs} ms, got none: the worker was ended`);
    }, timeoutMs);
  }

  #fail(code: string, message: string): void {
    this.#end();
    this.#listener.onFailure({ code, message, documentSha256: null });
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = null;
  }

  #end(): void {
    this.#settle();
    this.#worker?.terminate();
    this.#worker = null;
  }
}
