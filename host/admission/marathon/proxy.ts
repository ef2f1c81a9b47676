import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { writeJson } from './answer.ts';
import { type CheckedBy, type Ending, forwardUnjudged, handleChecked } from './checked-request.ts';
import { type Exchange, forward } from './exchange.ts';
import { type RequestOrigin, valuesOf } from './headers.ts';
import { ProxyError } from './proxy-error.ts';
import type { MarathonProxy, MarathonProxyOptions, ProxyTimeouts } from './proxy-options.ts';
import { expectsContinue, requirePlainFraming } from './request-form.ts';
import { readTarget } from './request-target.ts';
import { type CheckedRoute, routeOf } from './route.ts';
import { requireTarget } from './target-url.ts';
import { Unjudged } from './unjudged.ts';
import { createTunnels, endWith } from './upgrade.ts';
import { connectUpstream, type Upstream } from './upstream.ts';

/** The core's own limit for a document (design.md, "Budgets"). */
const DEFAULT_BODY_MAX_BYTES = 1024 * 1024;

const DEFAULT_TIMEOUTS: ProxyTimeouts = {
  connectMs: 5_000,
  requestBodyMs: 30_000,
  answerMs: 120_000,
  idleMs: 300_000,
  currentMs: 10_000,
};

/** What one proxy has. */
interface Parts extends CheckedBy {
  readonly upstream: Upstream;
  /** The name of this proxy in `Via`, another one for each, so that one of them knows itself again. */
  readonly pseudonym: string;
}

/**
 * Makes the reverse proxy in front of a Marathon: what writes apps, groups and pods is judged, all else goes through.
 * @throws {ProxyError} `marathon-target` when the URL is not one of a server
 */
export function createMarathonProxy(options: MarathonProxyOptions): MarathonProxy {
  requireTarget(options.target);
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const parts: Parts = {
    options,
    timeouts,
    bodyMaxBytes: options.bodyMaxBytes ?? DEFAULT_BODY_MAX_BYTES,
    upstream: connectUpstream(options, timeouts),
    pseudonym: `dvdi-${randomBytes(6).toString('hex')}`,
  };
  const tunnels = createTunnels(parts.upstream);
  return {
    handle: (request, response) => handle(parts, request, response, false),
    handleContinue: (request, response) => handle(parts, request, response, expectsContinue(request)),
    handleUpgrade: (request, socket, head) => {
      const startMs = performance.now();
      try {
        refuseLoop(request, parts.pseudonym);
        tunnels.open(request, socket, head, originOf(request, socket, parts.pseudonym));
      } catch (error) {
        const failure = error as ProxyError;
        endWith(socket, failure.status ?? 500, JSON.stringify(errorBody(failure)));
        const ending: Ending = { type: 'failed', code: failure.code, message: failure.message, status: failure.status };
        tell(parts, request, startMs, ending);
      }
    },
    close: () => {
      parts.upstream.close();
      tunnels.close();
    },
  };
}

async function handle(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  isAwaited: boolean,
): Promise<void> {
  const startMs = performance.now();
  try {
    tell(parts, request, startMs, await answer(parts, request, response, isAwaited));
  } catch (error) {
    // Anything else would be our own bug: the client learns that nothing was forwarded, the log what it was.
    const failure =
      error instanceof ProxyError
        ? error
        : new ProxyError((error as Error).message, { code: 'marathon-unjudged', status: 500, cause: error });
    if (isAwaited && !request.complete) response.shouldKeepAlive = false;
    writeJson(response, failure.status, errorBody(failure));
    tell(parts, request, startMs, {
      type: 'failed',
      code: failure.code,
      message: failure.message,
      status: failure.status,
    });
  }
}

async function answer(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  isAwaited: boolean,
): Promise<Ending> {
  requirePlainFraming(request);
  refuseLoop(request, parts.pseudonym);
  const { upstream } = parts;
  const target = readTarget(request.url ?? '');
  const origin = originOf(request, request.socket, parts.pseudonym);
  const exchange: Exchange = { request, response, upstream, origin, path: target.path + target.query, isAwaited };
  let route: CheckedRoute | null;
  try {
    route = routeOf(request.method ?? '', target, request.headers);
  } catch (error) {
    if (parts.options.mode !== 'monitor' || !(error instanceof ProxyError)) throw error;
    return forwardUnjudged(exchange, new Unjudged('form', error.message));
  }
  if (route !== null) return handleChecked(route, exchange, parts);
  const end = await forward(exchange);
  return end.aborted ? { type: 'aborted' } : { type: 'passed', status: end.status };
}

function originOf(request: IncomingMessage, socket: Duplex, pseudonym: string): RequestOrigin {
  return {
    address: request.socket.remoteAddress ?? 'unknown',
    encrypted: 'encrypted' in socket && socket.encrypted === true,
    httpVersion: request.httpVersion,
    pseudonym,
  };
}

function refuseLoop(request: IncomingMessage, pseudonym: string): void {
  if (valuesOf(request.rawHeaders, 'via').some((value) => value.includes(pseudonym))) {
    throw new ProxyError('expected Marathon behind the proxy, got the proxy itself', { code: 'marathon-loop' });
  }
}

function errorBody({ message, code }: ProxyError): object {
  return { message, dvdi: { code } };
}

function tell({ options }: Parts, request: IncomingMessage, startMs: number, ending: Ending): void {
  const path = (request.url ?? '').replace(/[?#].*$/s, '');
  options.events({ ...ending, method: request.method ?? '', path, durationMs: performance.now() - startMs });
}
