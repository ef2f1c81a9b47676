import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { PAGE_HEADERS } from '../page-headers.ts';
import { BODY_SIZE_MAX_BYTES } from './limits.ts';
import { OPERATIONS, type Operation, type OperationId } from './operations.ts';
import type { PageFile } from './page-files.ts';
import { type Problem, problemHeaders, problemOf, problemText } from './problem.ts';
import { serviceErrorOf, unknownPath, wrongMethod } from './request-errors.ts';
import type { ServiceError } from './service-error.ts';

/** What an operation answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface OperationRequest {
  /** The bytes that were sent; empty for none. */
  readonly document: Uint8Array;
  /** Of the path, for example `kind`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What stands after the `?`; null for no query. */
  readonly query: string | null;
  readonly headers: IncomingMessage['headers'];
  /** Aborted when the client goes away before it has its answer. */
  readonly signal: AbortSignal;
}

/** What each operation does. A {@link ServiceError} that is thrown becomes a problem of RFC 9457. */
export type Handlers = Readonly<Record<OperationId, (request: OperationRequest) => Promise<Answer> | Answer>>;

export interface HttpAppOptions {
  readonly server: Server;
  readonly handlers: Handlers;
  /** Stands before all paths; empty for nothing. */
  readonly prefix: string;
  readonly page: ReadonlyMap<string, PageFile>;
  /** Told of each answer. */
  readonly onAnswered: (operation: string, status: number, error: ServiceError | null) => void;
}

/** Handles the requests of the service: to be called for each. */
export type HttpApp = (request: IncomingMessage, response: ServerResponse) => void;

/** The service's paths, by fastify: routing, reading of bodies within the limit, answers. */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { server, prefix } = options;
  const app = fastify({
    serverFactory: () => server,
    logger: false,
    bodyLimit: BODY_SIZE_MAX_BYTES,
    // Connections are refused by the server itself, and what fastify cannot route is answered like everything else.
    clientErrorHandler: () => {},
    frameworkErrors: (error, request, reply) => fail(options, error, request, reply),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => fail(options, error, request, reply));
  app.setNotFoundHandler((request, reply) => fail(options, strangerError(request, prefix), request, reply));
  for (const operation of OPERATIONS) addOperation(app, operation, options);
  for (const [path, file] of options.page) addPageFile(app, `${prefix}${path}`, file, options);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

function addOperation(app: FastifyInstance, operation: Operation, { prefix, handlers, onAnswered }: HttpAppOptions) {
  const url = `${prefix}${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  app.route({
    method: operation.method,
    url,
    handler: async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { status, headers, body } = await handlers[operation.id]({
        document: (request.body as Buffer | undefined) ?? new Uint8Array(),
        parameters: request.params as Record<string, string>,
        query: queryOf(request.raw.url),
        headers: request.headers,
        signal: gone.signal,
      });
      onAnswered(operation.id, status, null);
      return reply.code(status).headers(headers).header('x-content-type-options', 'nosniff').send(bytesOf(body));
    },
  });
}

function addPageFile(app: FastifyInstance, url: string, file: PageFile, { onAnswered }: HttpAppOptions): void {
  app.get(url, (request, reply) => {
    const isKnown = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(file.etag);
    const status = isKnown ? 304 : 200;
    onAnswered('page', status, null);
    // Kept, and asked about each time: the hash that the page shows is that of the core in force.
    reply.code(status).headers(PAGE_HEADERS).headers({ etag: file.etag, 'cache-control': 'no-cache' });
    return isKnown ? reply.send() : reply.type(file.mediaType).send(file.bytes);
  });
}

function fail({ onAnswered }: HttpAppOptions, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = serviceErrorOf(thrown, request.headers['content-type'] ?? 'no content-type');
  const problem = problemOf(error);
  onAnswered('problem', problem.status, error);
  if (problem.status === 405) reply.header('allow', error.expected.replace(' or ', ', '));
  // What is left of a body that nobody reads: the connection cannot be used again.
  if (problem.status === 413) reply.header('connection', 'close');
  sendProblem(reply, problem);
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply
    .code(problem.status)
    .headers(problemHeaders(problem))
    .header('x-content-type-options', 'nosniff')
    .send(bytesOf(problemText(problem)));
}

/** As bytes: to text fastify adds a charset, which media types of JSON do not have. */
function bytesOf(body: Uint8Array | string): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** A path that is not there, or one that is there with other methods. */
function strangerError(request: FastifyRequest, prefix: string): ServiceError {
  const [path = ''] = (request.raw.url ?? '').split('?', 1);
  const own = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const allowed = OPERATIONS.filter((operation) => patternOf(operation.path).test(own)).map(({ method }) => method);
  return allowed.length === 0 ? unknownPath(path) : wrongMethod(request.method, allowed);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function queryOf(url: string | undefined): string | null {
  const at = url?.indexOf('?') ?? -1;
  return at < 0 ? null : (url ?? '').slice(at + 1);
}
