import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Finding } from '../../core/documents.ts';
import { packagePath } from '../../system/package-path.ts';
import type { MarathonProxy } from '../marathon/index.ts';
import { Connections } from './connections.ts';
import { dispatch, PREFIX_BESIDE_MARATHON } from './dispatcher.ts';
import { createHandlers } from './handlers.ts';
import { createHttpApp, type HttpApp } from './http-app.ts';
import { Judge } from './judge.ts';
import { CONNECTION_LIMITS, WATCH_INTERVAL_MS } from './limits.ts';
import { type ListenAddress, listen } from './listen-address.ts';
import { admitBy, proxyEvents } from './marathon-front.ts';
import { type Materials, readMaterials } from './materials.ts';
import { ServiceMetrics } from './metrics.ts';
import { readPage } from './page-files.ts';
import { Reloader } from './reloader.ts';
import type { ServiceOptions } from './service-options.ts';
import { ServiceState } from './service-state.ts';
import { WorkerPool } from './worker-pool.ts';

/** The parts of a service that answers. */
interface Parts {
  readonly options: ServiceOptions;
  readonly pool: WorkerPool;
  readonly state: ServiceState;
  readonly connections: Connections;
  readonly marathon: MarathonProxy | null;
  readonly reloader: Reloader;
  readonly address: ListenAddress;
  readonly policyFindings: readonly Finding[];
}

/** The admission service: documents in over HTTP, the core's answers out. */
export class Service {
  readonly #parts: Parts;
  readonly #urgent = new AbortController();
  #closed: Promise<boolean> | null = null;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Starts it: when it resolves, documents are taken.
   * @throws {ServiceError} `service-policy`, `service-file`, `service-tls`, `service-worker`, `service-listen`
   * @throws {CoreError} `core-abi`
   */
  static async start(options: ServiceOptions): Promise<Service> {
    const { clock = () => new Date() } = options;
    const materials = await readMaterials(options.wasm, options.policyPath, options.tls, clock());
    const metrics = new ServiceMetrics();
    const pool = await startPool(options, materials, metrics, clock);
    try {
      return new Service(await serve(options, materials, metrics, pool, clock));
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Where it listens, with the port that the kernel chose where 0 was asked for. */
  get address(): ListenAddress {
    return this.#parts.address;
  }

  /** Warnings and remarks about the policy that it began with. */
  get policyFindings(): readonly Finding[] {
    return this.#parts.policyFindings;
  }

  /** Takes policy and certificates again, whether or not the files changed; what is refused changes nothing. */
  reload(): Promise<void> {
    return this.#parts.reloader.reload();
  }

  /**
   * Ends it: not ready first, then no more connections, then what has begun is waited for. Called again, it answers the
   * same.
   * @param isUrgent cuts the waiting short, also that of an earlier call
   * @returns whether everything that had begun was answered
   */
  close(isUrgent = false): Promise<boolean> {
    if (isUrgent) this.#urgent.abort();
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<boolean> {
    const { options, pool, state, connections, marathon, reloader } = this.#parts;
    const { signal } = this.#urgent;
    state.drain();
    connections.announceEnd();
    options.log.write('info', 'draining', { noticeMs: options.drainNoticeMs, deadlineMs: options.drainDeadlineMs });
    // It ends early by a rejection, which says nothing else.
    await delay(options.drainNoticeMs, undefined, { signal }).catch(() => {});
    marathon?.close();
    const isAnswered = await connections.close(options.drainDeadlineMs, signal);
    await reloader.close();
    await pool.close();
    options.log.write(isAnswered ? 'info' : 'warn', 'service-stopped', { answered: isAnswered });
    return isAnswered;
  }
}

function startPool(
  options: ServiceOptions,
  { module, policy }: Materials,
  metrics: ServiceMetrics,
  clock: () => Date,
): Promise<WorkerPool> {
  const { workers, queueMax, deadlineMs, log, workerScript } = options;
  return WorkerPool.start({
    ...{ module, policy, workers, queueMax, deadlineMs, clock },
    ...(workerScript === undefined ? {} : { script: workerScript }),
    onRestart: (reason, error) => {
      metrics.restarted(reason);
      log.write('warn', 'worker-replaced', { reason, error });
    },
  });
}

/** Puts all parts together and listens. */
async function serve(
  options: ServiceOptions,
  materials: Materials,
  metrics: ServiceMetrics,
  pool: WorkerPool,
  clock: () => Date,
): Promise<Parts> {
  const { log } = options;
  const { tls, policy, policyFindings } = materials;
  metrics.watch(pool);
  metrics.loaded('policy', clock());
  if (tls !== null) {
    metrics.loaded('certificates', clock());
    metrics.certificateUntil(tls.until);
  }
  const state = new ServiceState(pool, options, policy, tls?.until ?? null, clock());
  const connections = new Connections(tls, options.connectionLimits ?? CONNECTION_LIMITS);
  const description = materials.core.describe();
  const kinds = new Map(description.kinds.map(({ name, id }) => [name, id]));
  const judge = new Judge(pool, options, metrics, log);
  const prefix = options.marathon === null ? '' : PREFIX_BESIDE_MARATHON;
  const coreSha256 = createHash('sha256').update(options.wasm).digest('hex');
  const app: HttpApp = await createHttpApp({
    server: connections.server,
    handlers: createHandlers({ ...options, judge, metrics, state, kinds, description, coreSha256, prefix }),
    prefix,
    page: await readPage(options.pageDirectory ?? packagePath('build/page')),
    onAnswered: (operation, status, error) => {
      metrics.responded(operation, status);
      if (error?.code === 'http-internal') log.write('error', 'request-failed', { operation, error });
    },
  });
  const parts = { admit: admitBy(pool, kinds), events: proxyEvents(metrics, log) };
  const marathon = options.marathon?.(parts) ?? null;
  dispatch(connections, app, marathon);
  const address = await listen(connections.server, options.address);
  const reloader = new Reloader({
    ...{ ...materials, pool, connections, state, metrics, log, clock },
    tls: options.tls,
    watchIntervalMs: options.watchIntervalMs ?? WATCH_INTERVAL_MS,
  });
  return { options, pool, state, connections, marathon, reloader, address, policyFindings };
}
