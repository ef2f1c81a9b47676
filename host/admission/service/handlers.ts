import type { Description } from '../../core/documents.ts';
import type { Answer, Handlers, OperationRequest } from './http-app.ts';
import type { Decision, Judge, JudgeOptions } from './judge.ts';
import type { ServiceMetrics } from './metrics.ts';
import { createOpenApi } from './openapi.ts';
import { problemOf } from './problem.ts';
import { queryGiven, unknownKind, wrongMediaType } from './request-errors.ts';
import type { ServiceError } from './service-error.ts';
import type { ServiceState } from './service-state.ts';

export interface HandlersOptions extends JudgeOptions {
  readonly judge: Judge;
  readonly metrics: ServiceMetrics;
  readonly state: ServiceState;
  /** Ids of the core's kinds by name. */
  readonly kinds: ReadonlyMap<string, number>;
  /** What the core says of itself. */
  readonly description: Description;
  /** Of the core's file. */
  readonly coreSha256: string;
  /** Of the package. */
  readonly version: string;
  readonly prefix: string;
  readonly deadlineMs: number;
}

/** What each operation of the service does. */
export function createHandlers(options: HandlersOptions): Handlers {
  const { judge, metrics, state, description } = options;
  const { kinds } = options;
  const kindNames = [...kinds.keys()];
  const openApi = json(200, createOpenApi(options.version, kindNames, options.prefix));

  const admit = async (kind: number, request: OperationRequest): Promise<Answer> => {
    if (request.query !== null) throw queryGiven(request.query);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') throw wrongMediaType(`content-encoding: ${encoding}`);
    const decision = await judge.decide(kind, request.document, request.signal);
    return decision.failure === null ? judged(decision) : unjudged(decision.failure, description.abi);
  };

  return {
    admit: (request) => admit(0, request),
    admitKind: (request) => {
      const name = request.parameters.kind ?? '';
      const kind = kinds.get(name);
      if (kind === undefined) throw unknownKind(name, kindNames);
      return admit(kind, request);
    },
    describe: () =>
      json(200, {
        core: { sha256: options.coreSha256 },
        policy: { sha256: state.policySha256 },
        mode: options.mode,
        monitorRules: [...options.monitorRules].sort(),
        onFailure: options.onFailure,
        deadlineMs: options.deadlineMs,
        description,
      }),
    isAlive: () => ({ status: 200, headers: { ...FRESH, 'content-type': 'text/plain; charset=utf-8' }, body: 'ok\n' }),
    isReady: () => {
      const readiness = state.readiness();
      return json(readiness.ready ? 200 : 503, readiness);
    },
    readMetrics: async () => ({
      status: 200,
      headers: { ...FRESH, 'content-type': metrics.contentType },
      body: await metrics.text(),
    }),
    readOpenApi: () => openApi,
  };
}

/** The core's own bytes; what the verdict means here stands in the headers. */
function judged({ answer, summary, isEnforced }: Extract<Decision, { failure: null }>): Answer {
  const headers = {
    'dvdi-verdict': summary.verdict,
    'dvdi-enforced': String(isEnforced),
    'dvdi-policy': summary.policySha256,
  };
  return { status: 200, headers: { ...FRESH, 'content-type': 'application/json', ...headers }, body: answer };
}

/**
 * A document that passes unjudged, because the operator chose that: in the shape of an admission for callers that read
 * the verdict, with the failure in it.
 */
function unjudged(error: ServiceError, abi: string): Answer {
  const nothing = { kind: 'unknown', detected: 'not judged', verdict: 'allow', tasks: [], findings: [] };
  const answer = json(200, { abi, ...nothing, failure: problemOf(error) });
  const headers = { 'dvdi-verdict': 'allow', 'dvdi-enforced': 'false', 'dvdi-failure': error.code };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** No cache on the way may answer for us. */
const FRESH = { 'cache-control': 'no-store' } as const;

function json(status: number, value: unknown): Answer {
  return { status, headers: { ...FRESH, 'content-type': 'application/json' }, body: `${JSON.stringify(value)}\n` };
}
