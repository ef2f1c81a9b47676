import type { ServiceError } from './service-error.ts';
import type { Policy } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A file that was looked at again and not taken. */
interface RefusedReload {
  readonly time: string;
  readonly code: string;
  readonly detail: string;
}

/** The answer of `/readyz`. */
export interface Readiness {
  readonly ready: boolean;
  readonly state: 'serving' | 'draining';
  readonly workers: { readonly ready: number; readonly configured: number };
  readonly queue: { readonly length: number; readonly max: number };
  readonly policy: { readonly sha256: string; readonly loaded: string; readonly refused: RefusedReload | null };
  readonly certificates: {
    readonly until: string;
    readonly loaded: string;
    readonly refused: RefusedReload | null;
  } | null;
}

/** What is in force, and how the service is. */
export class ServiceState {
  readonly #pool: WorkerPool;
  readonly #configured: { readonly workers: number; readonly queueMax: number };
  #isDraining = false;
  #policy: Readiness['policy'];
  #certificates: Readiness['certificates'];

  constructor(
    pool: WorkerPool,
    configured: { readonly workers: number; readonly queueMax: number },
    policy: Policy,
    certificatesUntil: Date | null,
    now: Date,
  ) {
    this.#pool = pool;
    this.#configured = configured;
    const loaded = now.toISOString();
    this.#policy = { sha256: policy.sha256, loaded, refused: null };
    this.#certificates =
      certificatesUntil === null ? null : { until: certificatesUntil.toISOString(), loaded, refused: null };
  }

  get policySha256(): string {
    return this.#policy.sha256;
  }

  /** Its detail has what was refused; what is in force stays in force, so that the service stays ready. */
  readiness(): Readiness {
    const { workers, queueMax } = this.#configured;
    const readyCount = this.#pool.readyCount;
    return {
      ready: !this.#isDraining && readyCount > 0,
      state: this.#isDraining ? 'draining' : 'serving',
      workers: { ready: readyCount, configured: workers },
      queue: { length: this.#pool.queueLength, max: queueMax },
      policy: this.#policy,
      certificates: this.#certificates,
    };
  }

  drain(): void {
    this.#isDraining = true;
  }

  tookPolicy({ sha256 }: Policy, now: Date): void {
    this.#policy = { sha256, loaded: now.toISOString(), refused: null };
  }

  refusedPolicy(error: ServiceError, now: Date): void {
    this.#policy = { ...this.#policy, refused: refusedReload(error, now) };
  }

  tookCertificates(until: Date, now: Date): void {
    this.#certificates = { until: until.toISOString(), loaded: now.toISOString(), refused: null };
  }

  refusedCertificates(error: ServiceError, now: Date): void {
    if (this.#certificates === null) return;
    this.#certificates = { ...this.#certificates, refused: refusedReload(error, now) };
  }
}

function refusedReload({ code, expected, got }: ServiceError, now: Date): RefusedReload {
  return { time: now.toISOString(), code, detail: `expected ${expected}, got ${got}` };
}
