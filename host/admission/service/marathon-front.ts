import type { Admission } from '../../core/documents.ts';
import type { Admit, MarathonProxy } from '../marathon/index.ts';
import type { ProxyEvent } from '../marathon/proxy-event.ts';
import type { ServiceMetrics } from './metrics.ts';
import { ServiceError, type ServiceErrorCode } from './service-error.ts';
import type { ServiceLog } from './service-log.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What a proxy is made with: who judges, and who is told. */
export interface MarathonParts {
  readonly admit: Admit;
  readonly events: (event: ProxyEvent) => void;
}

/** Makes the proxy; the command line knows where Marathon is. */
export type CreateMarathon = (parts: MarathonParts) => MarathonProxy;

const FAILURES: Partial<Readonly<Record<ServiceErrorCode, 'deadline' | 'queue-full'>>> = {
  'service-deadline': 'deadline',
  'service-busy': 'queue-full',
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The proxy's questions go to the same workers as those of the service. Its verdicts are counted by its own events: it
 * decides itself what is enforced, and what becomes of a document that cannot be judged.
 * @param kinds ids of the core's kinds by name
 */
export function admitBy(pool: WorkerPool, kinds: ReadonlyMap<string, number>): Admit {
  return async (name, document) => {
    const kind = name === null ? 0 : kinds.get(name);
    if (kind === undefined) return { failure: 'fault', message: `the core knows no kind ${name}` };
    try {
      const { answer } = await pool.admit(kind, document);
      return { admission: JSON.parse(decoder.decode(answer)) as Admission };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const message = `${error.message}: expected ${error.expected}, got ${error.got}`;
      return { failure: FAILURES[error.code] ?? 'fault', message };
    }
  };
}

/** Counts and tells what the proxy did. */
export function proxyEvents(metrics: ServiceMetrics, log: ServiceLog): MarathonParts['events'] {
  return (event) => {
    const outcome = outcomeOf(event);
    metrics.proxied(event.type, outcome);
    const { type, method, path } = event;
    const status = 'status' in event ? event.status : null;
    const durationMs = Math.round(event.durationMs * 1000) / 1000;
    const fields = { type, outcome, method, path, status, ...verdictOf(event), reason: reasonOf(event), durationMs };
    log.write(levelOf(event), 'marathon-request', fields);
  };
}

function verdictOf(event: ProxyEvent): Readonly<Record<'kind' | 'verdict' | 'codes', unknown>> {
  if (event.type !== 'checked') return { kind: null, verdict: null, codes: [] };
  return { kind: event.kind, verdict: event.verdict, codes: event.codes };
}

function reasonOf(event: ProxyEvent): string | null {
  return event.type === 'unjudged' || event.type === 'failed' ? event.message : null;
}

function outcomeOf(event: ProxyEvent): string {
  switch (event.type) {
    case 'checked':
      return event.refused ? 'refused' : 'forwarded';
    case 'unjudged':
      return event.forwarded ? 'open' : 'closed';
    case 'failed':
      return event.code;
    case 'passed':
      return 'forwarded';
    case 'aborted':
      return 'aborted';
  }
}

function levelOf(event: ProxyEvent): 'debug' | 'info' | 'warn' {
  if (event.type === 'unjudged' || event.type === 'failed') return 'warn';
  return event.type === 'checked' && event.refused ? 'info' : 'debug';
}
