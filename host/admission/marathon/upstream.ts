import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AskMarathon, MarathonAnswer } from './current-state.ts';
import type { RawHeaders } from './headers.ts';
import { ProxyError } from './proxy-error.ts';
import type { MarathonProxyOptions, ProxyTimeouts } from './proxy-options.ts';

/** Idle connections are dropped before Marathon's Jetty drops them, after 30 s. */
const IDLE_CONNECTION_MS = 15_000;

/** Largest answer to a question of the proxy's own: a running app comes with all its tasks. */
const ANSWER_MAX_BYTES = 8 * 1024 * 1024;

/** One request to Marathon. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: RawHeaders;
  /** True for a connection of its own, which Marathon cannot have closed a moment ago. */
  readonly fresh: boolean;
  /** Fields that are for the connection, to be named in `Connection`: `TE`, `Upgrade`. */
  readonly connection?: readonly string[];
}

/** The connections to one Marathon. */
export interface Upstream {
  readonly timeouts: ProxyTimeouts;
  /** Opens a request, its head not sent yet. It fails by its event `error`, with a ProxyError when it is our limit. */
  open(request: UpstreamRequest): ClientRequest;
  ask: AskMarathon;
  close(): void;
}

export function connectUpstream(
  { target, tls }: Pick<MarathonProxyOptions, 'target' | 'tls'>,
  timeouts: ProxyTimeouts,
): Upstream {
  const isSecure = target.protocol === 'https:';
  const secrets = isSecure ? { ca: tls?.ca, cert: tls?.cert, key: tls?.key } : {};
  const settings = { keepAlive: true, maxFreeSockets: 32, timeout: IDLE_CONNECTION_MS, ...secrets };
  const agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const single = isSecure ? new HttpsAgent(secrets) : new HttpAgent();
  const prefix = target.pathname.replace(/\/+$/, '');
  const open = ({ method, path, headers, fresh, connection = [] }: UpstreamRequest): ClientRequest => {
    const request = (isSecure ? httpsRequest : httpRequest)({
      host: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port || (isSecure ? 443 : 80),
      ...(isSecure ? { servername: serverName(target) } : {}),
      method,
      path: path === '*' ? path : prefix + path,
      headers: [...headers, 'Connection', connectionValue(fresh, connection)],
      agent: fresh ? single : agent,
    });
    limitConnecting(request, timeouts.connectMs, isSecure);
    request.setTimeout(timeouts.idleMs, () => {
      request.destroy(timeoutError(`expected Marathon to go on within ${timeouts.idleMs} ms`));
    });
    return request;
  };
  return {
    timeouts,
    open,
    ask: (path, headers) => ask(open({ method: 'GET', path, headers, fresh: true }), timeouts.currentMs),
    // Not destroy(), which would cut the connections in use too.
    close: () => {
      agent.maxFreeSockets = 0;
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}

export function timeoutError(message: string): ProxyError {
  return new ProxyError(message, { code: 'marathon-timeout' });
}

function connectionValue(fresh: boolean, fields: readonly string[]): string {
  const persistence = fields.includes('Upgrade') ? [] : [fresh ? 'close' : 'keep-alive'];
  return [...persistence, ...fields].join(', ');
}

// An address is no server name (RFC 6066, 3): empty keeps Node from sending one.
function serverName(target: URL): string {
  return /^[\d.]+$|^\[/.test(target.hostname) ? '' : target.hostname;
}

function limitConnecting(request: ClientRequest, connectMs: number, isSecure: boolean): void {
  const timer = setTimeout(() => {
    request.destroy(timeoutError(`expected a connection to Marathon within ${connectMs} ms`));
  }, connectMs);
  const done = () => clearTimeout(timer);
  request.once('close', done);
  request.once('socket', (socket) => {
    if (request.reusedSocket) done();
    else socket.once(isSecure ? 'secureConnect' : 'connect', done);
  });
}

function ask(request: ClientRequest, timeoutMs: number): Promise<MarathonAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(timeoutError(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.once('close', () => {
      clearTimeout(timer);
      // Only tells something when neither an answer nor an error came before.
      reject(timeoutError('the connection ended before the answer was whole'));
    });
    request.once('error', reject);
    request.once('response', (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('error', reject);
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size > ANSWER_MAX_BYTES) request.destroy(new Error(`more than ${ANSWER_MAX_BYTES} bytes`));
      });
      answer.on('end', () => {
        if (!answer.complete) return;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    request.end();
  });
}
