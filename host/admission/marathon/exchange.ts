import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { endToEnd, forwardedHeaders, type RawHeaders, type RequestOrigin, trailerPairs, valuesOf } from './headers.ts';
import { ProxyError } from './proxy-error.ts';
import { expectsContinue, hasBody } from './request-form.ts';
import { timeoutError, type Upstream, type UpstreamRequest } from './upstream.ts';

/** How long a client that asked first is left waiting when Marathon does not say whether it wants the body. */
const CONTINUE_MS = 1_000;

/** Methods whose request may be sent again when the connection was found closed. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One request on its way through. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream;
  readonly origin: RequestOrigin;
  /** Path and query, as they go to Marathon. */
  readonly path: string;
  /** A whole body instead of the request's own stream, or the piece of it that has been read already. */
  readonly body?: { readonly bytes: Buffer; readonly whole: boolean };
  /** Names and values added to Marathon's answer. */
  readonly answerHeaders?: RawHeaders;
  /** Whether the client still waits for `100 Continue`. */
  readonly isAwaited: boolean;
}

/** How it ended: with Marathon's status, or without a client; then the status is 0 when no answer had begun. */
export interface ExchangeEnd {
  readonly status: number;
  readonly aborted: boolean;
}

/**
 * Forwards a request and its answer, in pieces and as they come, at the pace of the slower side.
 * @throws {ProxyError} as long as no byte of an answer has gone out; later a failure cuts the client's connection, so
 * that half an answer never looks whole
 */
export async function forward(exchange: Exchange): Promise<ExchangeEnd> {
  const { method = '' } = exchange.request;
  if (!REPEATABLE.has(method) || hasBody(exchange.request)) return attempt(exchange, true);
  // A kept connection may have been closed by Marathon in this very moment: then the same again on a fresh one.
  try {
    return await attempt(exchange, false);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return attempt(exchange, true);
  }
}

/** A kept connection ended before it brought anything. */
class StaleConnection extends Error {}

function attempt(exchange: Exchange, fresh: boolean): Promise<ExchangeEnd> {
  const { request, response, upstream } = exchange;
  return new Promise((resolve, reject) => {
    const outgoing = openRequest(exchange, fresh);
    let status = 0;
    const leave = () => {
      if (response.writableFinished) return;
      outgoing.destroy();
      resolve({ status, aborted: true });
    };
    response.once('close', leave);
    const fail = (error: Error) => {
      response.off('close', leave);
      const isStale = outgoing.reusedSocket && !(error instanceof ProxyError) && !response.headersSent;
      if (response.headersSent) {
        response.destroy();
        resolve({ status, aborted: false });
      } else reject(isStale ? new StaleConnection() : proxyError(error));
    };
    outgoing.on('error', fail);
    // Errors of the client's side show as its `close`.
    request.on('error', () => {});
    const stopWaiting = limitAnswer(outgoing, upstream.timeouts.answerMs);
    outgoing.on('information', (information) => relayInformation(response, information));
    outgoing.once('response', (answer) => {
      stopWaiting();
      status = answer.statusCode ?? 0;
      answer.on('error', fail);
      try {
        relayAnswer(exchange, answer);
      } catch (cause) {
        // Node writes no head that could be read in two ways.
        outgoing.destroy();
        fail(new Error(`an answer that cannot be passed on: ${(cause as Error).message}`, { cause }));
        return;
      }
      response.once('finish', () => {
        if (!outgoing.writableFinished) abandonBody(request, outgoing);
        resolve({ status, aborted: false });
      });
    });
    sendBody(exchange, outgoing);
  });
}

function openRequest(exchange: Exchange, fresh: boolean): ClientRequest {
  const { request, upstream, path, body } = exchange;
  const { method = 'GET', rawHeaders } = request;
  const waits = exchange.isAwaited && body === undefined;
  const dropped = [
    ...(waits ? [] : ['expect']),
    ...(body?.whole === true ? ['content-length', 'transfer-encoding'] : []),
    ...(body?.whole === true || request.headers['transfer-encoding'] === undefined ? ['trailer'] : []),
  ];
  const headers = [...endToEnd(rawHeaders, dropped), ...forwardedHeaders(rawHeaders, exchange.origin)];
  if (valuesOf(headers, 'host').length === 0) headers.push('Host', 'marathon');
  const isFramed = valuesOf(headers, 'content-length').length + valuesOf(headers, 'transfer-encoding').length > 0;
  if (body?.whole === true) headers.push('Content-Length', String(body.bytes.byteLength));
  // Without either, Node would send an empty body in chunks.
  else if (!isFramed && /^(?:POST|PUT|PATCH)$/.test(method)) headers.push('Content-Length', '0');
  const takesTrailers = valuesOf(rawHeaders, 'te').some((value) => /\btrailers\b/i.test(value));
  if (takesTrailers) headers.push('TE', 'trailers');
  const options: UpstreamRequest = { method, path, headers, fresh, connection: takesTrailers ? ['TE'] : [] };
  try {
    return upstream.open(options);
  } catch (cause) {
    // Node refuses a few bytes in paths that its own parser lets through.
    const message = `expected a request that can be forwarded, got one that cannot: ${(cause as Error).message}`;
    throw new ProxyError(message, { code: 'marathon-request', cause });
  }
}

function sendBody(exchange: Exchange, outgoing: ClientRequest): void {
  const { request, response, body } = exchange;
  if (body?.whole === true) {
    outgoing.end(body.bytes);
    return;
  }
  if (!hasBody(request)) {
    outgoing.end();
    return;
  }
  const pipe = () => {
    request.once('end', () => {
      if (request.rawTrailers.length > 0) outgoing.addTrailers(trailerPairs(request.rawTrailers));
      outgoing.end();
    });
    if (body !== undefined) outgoing.write(body.bytes);
    request.pipe(outgoing, { end: false });
  };
  outgoing.flushHeaders();
  if (!exchange.isAwaited || body !== undefined || !expectsContinue(request)) {
    pipe();
    return;
  }
  const goOn = () => {
    clearTimeout(timer);
    outgoing.off('continue', goOn);
    response.writeContinue();
    pipe();
  };
  const timer = setTimeout(goOn, CONTINUE_MS);
  outgoing.once('continue', goOn);
  outgoing.once('response', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}

// The time runs from the end of the request: an upload may take as long as it moves.
function limitAnswer(outgoing: ClientRequest, answerMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => {
      outgoing.destroy(timeoutError(`expected an answer of Marathon within ${answerMs} ms`));
    }, answerMs);
  };
  const stop = () => {
    outgoing.off('finish', start);
    clearTimeout(timer);
  };
  outgoing.once('finish', start).once('close', stop);
  return stop;
}

function relayInformation(response: ServerResponse, information: { statusCode: number; headers: object }): void {
  if (response.headersSent) return;
  if (information.statusCode === 102) response.writeProcessing();
  const { link } = information.headers as { link?: string | string[] };
  if (information.statusCode === 103 && link !== undefined) response.writeEarlyHints({ link });
}

function relayAnswer({ request, response, answerHeaders = [], isAwaited }: Exchange, answer: IncomingMessage): void {
  // Node would add a date and its own view of the connection: only where the client has to be told.
  response.sendDate = false;
  if (isAwaited && !request.complete) response.shouldKeepAlive = false;
  const isLast = response.hasHeader('connection') || !response.shouldKeepAlive || request.httpVersion !== '1.1';
  if (!isLast) response.removeHeader('connection');
  const isChunked = request.httpVersion === '1.1' && valuesOf(answer.rawHeaders, 'transfer-encoding').length > 0;
  const dropped = isChunked ? [] : ['transfer-encoding', 'trailer'];
  const headers = [...endToEnd(answer.rawHeaders, dropped), ...answerHeaders];
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers);
  response.flushHeaders();
  answer.pipe(response, { end: false });
  answer.once('end', () => {
    if (!answer.complete) return;
    if (answer.rawTrailers.length > 0) response.addTrailers(trailerPairs(answer.rawTrailers));
    response.end();
  });
}

// Marathon has answered without reading all of the body: what is left is read and thrown away, as Node does it.
function abandonBody(request: IncomingMessage, outgoing: ClientRequest): void {
  request.unpipe(outgoing);
  outgoing.destroy();
  request.resume();
}

function proxyError(error: Error): ProxyError {
  if (error instanceof ProxyError) return error;
  const { code = error.message } = error as NodeJS.ErrnoException;
  return new ProxyError(`expected an answer from Marathon, got ${code}`, {
    code: 'marathon-unreachable',
    cause: error,
  });
}
