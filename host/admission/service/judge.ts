import type { ServiceMetrics } from './metrics.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceLog } from './service-log.ts';
import type { AdmissionSummary } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How verdicts are meant. */
export interface JudgeOptions {
  /** `monitor`: verdicts are told and not to be acted on. */
  readonly mode: 'enforce' | 'monitor';
  /** Codes that are only monitored: a refusal that rests on nothing else is not to be acted on. */
  readonly monitorRules: ReadonlySet<string>;
  /** What becomes of a document that cannot be judged: it is refused, or let pass. */
  readonly onFailure: 'closed' | 'open';
}

/** What became of a document. */
export type Decision =
  | {
      /** The core's answer, its own bytes. */
      readonly answer: Uint8Array;
      readonly summary: AdmissionSummary;
      /** Whether the verdict is to be acted on. */
      readonly isEnforced: boolean;
      readonly failure: null;
    }
  /** It could not be judged, and passes because the operator chose so. */
  | { readonly answer: null; readonly summary: null; readonly isEnforced: false; readonly failure: ServiceError };

/** Has documents judged by the workers, and says what their verdicts mean here. */
export class Judge {
  readonly #pool: WorkerPool;
  readonly #options: JudgeOptions;
  readonly #metrics: ServiceMetrics;
  readonly #log: ServiceLog;

  constructor(pool: WorkerPool, options: JudgeOptions, metrics: ServiceMetrics, log: ServiceLog) {
    this.#pool = pool;
    this.#options = options;
    this.#metrics = metrics;
    this.#log = log;
  }

  /**
   * Has a document judged.
   * @param kind id of the document's kind; 0 detects it
   * @param signal of a caller that may go away
   * @throws {ServiceError} when there is no verdict and failure is closed
   */
  async decide(kind: number, document: Uint8Array, signal?: AbortSignal): Promise<Decision> {
    const startMs = performance.now();
    try {
      const { answer, summary } = await this.#pool.admit(kind, document, signal);
      const isEnforced = this.#isEnforced(summary);
      const durationMs = performance.now() - startMs;
      this.#metrics.judged(summary, isEnforced, durationMs);
      this.#tell(summary, isEnforced, durationMs);
      return { answer, summary, isEnforced, failure: null };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return this.#fail(error, performance.now() - startMs);
    }
  }

  /** A document that findings were left out of may be refused by others than those that are seen: it stays enforced. */
  #isEnforced({ verdict, errorCodes, isCut }: AdmissionSummary): boolean {
    const { mode, monitorRules } = this.#options;
    if (mode === 'monitor') return false;
    if (verdict !== 'deny') return true;
    return isCut || errorCodes.length === 0 || errorCodes.some((code) => !monitorRules.has(code));
  }

  #tell(summary: AdmissionSummary, isEnforced: boolean, durationMs: number): void {
    const { kind, verdict, codes, documentSha256, policySha256 } = summary;
    this.#log.write(verdict === 'deny' ? 'info' : 'debug', 'admitted', {
      ...{ kind, verdict, enforced: isEnforced, codes: Object.keys(codes) },
      ...{ documentSha256, policySha256, durationMs: Math.round(durationMs * 1000) / 1000 },
    });
  }

  #fail(error: ServiceError, durationMs: number): Decision {
    // Who stops is not failing: what comes now goes to another instance.
    const isOpen = this.#options.onFailure === 'open' && error.code !== 'service-stopping';
    const answered = isOpen ? 'open' : 'closed';
    this.#metrics.failed(error.code, answered, durationMs);
    this.#log.write('warn', 'admission-failed', {
      ...{ answered, durationMs: Math.round(durationMs * 1000) / 1000, error },
    });
    if (!isOpen) throw error;
    return { answer: null, summary: null, isEnforced: false, failure: error };
  }
}
