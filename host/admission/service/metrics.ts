import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceErrorCode } from './service-error.ts';
import type { AdmissionSummary } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { RestartReason } from './worker-seat.ts';

/** What is loaded again while the service runs. */
export type Reloaded = 'policy' | 'certificates';

/** From what a small document takes up to the deadline, in seconds. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * What the service counts, for Prometheus. Every label has few values: kinds, verdicts and codes of the core, and names
 * of our own; never anything that a client writes.
 */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #admissions = this.#counter('dvdi_admissions_total', 'Documents that were judged.', [
    'kind',
    'verdict',
    'enforced',
  ]);
  readonly #findings = this.#counter('dvdi_findings_total', 'Findings in the documents that were judged.', ['code']);
  readonly #failures = this.#counter(
    'dvdi_failures_total',
    'Documents without a verdict, and whether they were refused (closed) or let pass (open).',
    ['code', 'answered'],
  );
  readonly #responses = this.#counter('dvdi_http_responses_total', 'Answers by operation and status.', [
    'operation',
    'status',
  ]);
  readonly #restarts = this.#counter('dvdi_worker_restarts_total', 'Worker threads that were replaced.', ['reason']);
  readonly #reloads = this.#counter('dvdi_reloads_total', 'Files loaded again: taken, or refused.', ['what', 'result']);
  readonly #duration = new Histogram({
    name: 'dvdi_admission_duration_seconds',
    help: 'From the whole document to its verdict or failure, with the wait for a worker.',
    buckets: DURATION_BUCKETS,
    registers: [this.#registry],
  });
  readonly #loaded = new Gauge({
    name: 'dvdi_loaded_timestamp_seconds',
    help: 'When the policy and the certificates in force were loaded.',
    labelNames: ['what'],
    registers: [this.#registry],
  });
  readonly #certificateEnd = new Gauge({
    name: 'dvdi_certificate_expiry_timestamp_seconds',
    help: 'When the certificate in force expires.',
    registers: [this.#registry],
  });

  readonly #proxied = this.#counter('dvdi_marathon_requests_total', 'Requests to Marathon, by what became of them.', [
    'type',
    'outcome',
  ]);

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Shows how a pool is, from now on. */
  watch(pool: WorkerPool): void {
    this.#gauge('dvdi_queue_length', 'Documents that wait for a worker.', () => pool.queueLength);
    this.#gauge('dvdi_workers_ready', 'Worker threads that work or could.', () => pool.readyCount);
    this.#gauge('dvdi_workers_busy', 'Worker threads that work.', () => pool.busyCount);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  judged({ kind, verdict, codes }: AdmissionSummary, isEnforced: boolean, durationMs: number): void {
    this.#admissions.inc({ kind, verdict, enforced: String(isEnforced) });
    for (const [code, count] of Object.entries(codes)) this.#findings.inc({ code }, count);
    this.#duration.observe(durationMs / 1000);
  }

  failed(code: ServiceErrorCode, answered: 'closed' | 'open', durationMs: number): void {
    this.#failures.inc({ code, answered });
    this.#duration.observe(durationMs / 1000);
  }

  responded(operation: string, status: number): void {
    this.#responses.inc({ operation, status });
  }

  restarted(reason: RestartReason): void {
    this.#restarts.inc({ reason });
  }

  loaded(what: Reloaded, now: Date): void {
    this.#loaded.set({ what }, now.getTime() / 1000);
  }

  reloaded(what: Reloaded, result: 'taken' | 'refused'): void {
    this.#reloads.inc({ what, result });
  }

  /** @param outcome one of few words: `refused`, `forwarded`, a code of ours */
  proxied(type: string, outcome: string): void {
    this.#proxied.inc({ type, outcome });
  }

  certificateUntil(end: Date): void {
    this.#certificateEnd.set(end.getTime() / 1000);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(value()),
    });
  }
}
