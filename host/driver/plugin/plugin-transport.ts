import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { printableText } from '../../system/printable-text.ts';
import { describeEndpoint, type PluginEndpoint, type TlsSettings } from './plugin-endpoint.ts';
import { PluginFailure } from './plugin-failure.ts';

/** The largest answer that is read (design.md, "Budgets"). */
export const ANSWER_MAX_BYTES = 4 * 1024 * 1024;

/** What Docker asks plugins for; it is also what the body of a request is. */
const PLUGIN_MEDIA_TYPE = 'application/vnd.docker.plugins.v1.2+json';

/** The longest time that a timer of Node can hold. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a connection attempt fails with while the plugin is not there yet, or not yet again. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EAGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

export interface PluginRequest {
  readonly endpoint: PluginEndpoint;
  /** For example `VolumeDriver.Mount`. */
  readonly method: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Sends one request to a plugin over a connection of its own and reads the answer.
 *
 * A connection that is never used twice makes one thing certain: as long as it is not established, the plugin has seen
 * nothing. Redirections are not followed and proxies not used.
 *
 * @throws {PluginFailure} `driver-missing` (nobody reached), `driver-timeout`, `driver-crashed`, `driver-answer` (too
 * large, not HTTP)
 */
export async function postToPlugin(call: PluginRequest): Promise<RawAnswer> {
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const timer = setTimeout(giveUp, Math.min(call.timeoutMs, TIMER_MAX_MS));
  call.signal?.addEventListener('abort', giveUp);
  if (call.timeoutMs <= 0 || call.signal?.aborted) giveUp();
  let sent = false;
  try {
    const options = await requestOptions(call);
    abort.signal.throwIfAborted();
    const response = await exchange({ ...options, signal: abort.signal }, call, () => {
      sent = true;
    });
    return { status: response.statusCode ?? 0, body: await readBody(response) };
  } catch (cause) {
    throw failureOf(cause, call, { sent, aborted: abort.signal.aborted });
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', giveUp);
  }
}

async function requestOptions(call: PluginRequest): Promise<RequestOptions> {
  const { endpoint } = call;
  const common = {
    method: 'POST',
    path: `/${call.method}`,
    agent: false,
    headers: {
      Accept: PLUGIN_MEDIA_TYPE,
      'Content-Type': PLUGIN_MEDIA_TYPE,
      'Content-Length': Buffer.byteLength(call.body),
    },
  } as const;
  if (endpoint.kind === 'unix') return { ...common, socketPath: endpoint.path };
  const place = { ...common, host: endpoint.host, port: endpoint.port };
  return endpoint.tls === null ? place : { ...place, ...(await tlsOptions(endpoint.tls)) };
}

async function tlsOptions(settings: TlsSettings): Promise<object> {
  const read = async (name: string, file: string | null) => (file === null ? {} : { [name]: await readFile(file) });
  return {
    rejectUnauthorized: settings.verify,
    ...(await read('ca', settings.caFile)),
    ...(await read('cert', settings.certFile)),
    ...(await read('key', settings.keyFile)),
  };
}

/** Resolves when the head of the answer is there. `onConnected` runs before the first byte of the request can leave. */
function exchange(options: RequestOptions, call: PluginRequest, onConnected: () => void): Promise<IncomingMessage> {
  const secure = call.endpoint.kind === 'tcp' && call.endpoint.tls !== null;
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(options);
    request.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', onConnected));
    // Stays in place: an error that comes after the head is reported by the body's reader as well.
    request.on('error', reject);
    request.once('response', resolve);
    request.end(call.body);
  });
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the response, and with it the connection.
    if (size > ANSWER_MAX_BYTES) {
      throw new PluginFailure(`expected an answer of at most ${ANSWER_MAX_BYTES} bytes, got more`, {
        code: 'driver-answer',
        mayHaveActed: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function failureOf(cause: unknown, call: PluginRequest, state: { sent: boolean; aborted: boolean }): PluginFailure {
  if (cause instanceof PluginFailure) return cause;
  const { sent } = state;
  const where = describeEndpoint(call.endpoint);
  if (state.aborted) {
    const reason = call.signal?.aborted
      ? 'the caller gave up'
      : `no answer within ${Math.max(0, Math.round(call.timeoutMs))} ms`;
    return new PluginFailure(`${reason} (${where})`, { code: 'driver-timeout', mayHaveActed: sent, cause });
  }
  const error = cause as NodeJS.ErrnoException;
  const detail = printableText(error.message || String(error.code), 500);
  if (!sent) {
    const retry = NOT_REACHED.has(error.code ?? '');
    return new PluginFailure(`cannot reach the plugin at ${where}: ${detail}`, {
      code: 'driver-missing',
      mayHaveActed: sent,
      retry,
      cause,
    });
  }
  if (error.code?.startsWith('HPE_')) {
    return new PluginFailure(`the plugin at ${where} does not answer in HTTP: ${detail}`, {
      code: 'driver-answer',
      mayHaveActed: sent,
      cause,
    });
  }
  return new PluginFailure(`the connection to the plugin at ${where} broke before its answer: ${detail}`, {
    code: 'driver-crashed',
    mayHaveActed: sent,
    cause,
  });
}
