import type { Connections } from './connections.ts';
import type { FileWatch } from './file-watch.ts';
import type { Reloaded, ServiceMetrics } from './metrics.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceLog } from './service-log.ts';
import type { ServiceState } from './service-state.ts';
import { readTls, type TlsPaths } from './tls-files.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ReloaderParts {
  readonly keeper: PolicyKeeper;
  /** Opened before the file was first read. */
  readonly policyWatch: FileWatch;
  readonly tlsWatch: FileWatch;
  readonly tls: TlsPaths | null;
  readonly pool: WorkerPool;
  readonly connections: Connections;
  readonly state: ServiceState;
  readonly metrics: ServiceMetrics;
  readonly log: ServiceLog;
  readonly clock: () => Date;
  readonly watchIntervalMs: number;
}

/**
 * Takes policy and certificates again when their files change, or when asked. What is refused changes nothing: what was
 * in force stays in force, and log, metrics and `/readyz` say so. No request notices: the workers go on to the new
 * policy between two documents, and certificates are for the connections to come.
 */
export class Reloader {
  readonly #parts: ReloaderParts;
  /** One at a time. */
  #last: Promise<void> = Promise.resolve();

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    parts.policyWatch.start(parts.watchIntervalMs, () => void this.#enqueue(() => this.#policy()));
    parts.tlsWatch.start(parts.watchIntervalMs, () => void this.#enqueue(() => this.#certificates()));
  }

  /** Takes both again, whether or not their files changed. */
  reload(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#policy();
      await this.#certificates();
    });
  }

  async close(): Promise<void> {
    this.#parts.policyWatch.close();
    this.#parts.tlsWatch.close();
    await this.#last;
  }

  #enqueue(act: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(act);
    return this.#last;
  }

  async #policy(): Promise<void> {
    const { keeper, pool, state, clock } = this.#parts;
    await this.#take('policy', async () => {
      const { policy } = await keeper.read();
      pool.configure(policy);
      state.tookPolicy(policy, clock());
      return { sha256: policy.sha256, until: null };
    });
  }

  async #certificates(): Promise<void> {
    const { tls, connections, state, metrics, clock } = this.#parts;
    if (tls === null) return;
    await this.#take('certificates', async () => {
      const material = await readTls(tls, clock());
      connections.setTls(material);
      state.tookCertificates(material.until, clock());
      metrics.certificateUntil(material.until);
      return { sha256: null, until: material.until.toISOString() };
    });
  }

  async #take(what: Reloaded, act: () => Promise<Readonly<Record<string, string | null>>>): Promise<void> {
    const { metrics, log, clock } = this.#parts;
    try {
      const taken = await act();
      metrics.reloaded(what, 'taken');
      metrics.loaded(what, clock());
      log.write('info', 'reloaded', { what, ...taken });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#refused(what, error);
    }
  }

  #refused(what: Reloaded, error: ServiceError): void {
    const { metrics, log, state, clock } = this.#parts;
    if (what === 'policy') state.refusedPolicy(error, clock());
    else state.refusedCertificates(error, clock());
    metrics.reloaded(what, 'refused');
    const codes = [...new Set(error.findings.map(({ code }) => code))];
    log.write('error', 'reload-refused', { what, codes, error });
  }
}
