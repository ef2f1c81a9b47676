import { BODY_SIZE_MAX_BYTES } from './limits.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';
import { ServiceError } from './service-error.ts';

/** What a client may be told of its own words. */
const QUOTED_LENGTH_MAX = 120;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}…` : text);
}

export function unknownPath(path: string): ServiceError {
  return new ServiceError('http-not-found', 'no such path', {
    expected: 'a path of the OpenAPI document',
    got: quoted(path),
    advice: '/openapi.json lists all paths',
  });
}

export function wrongMethod(method: string, allowed: readonly string[]): ServiceError {
  return new ServiceError('http-method', 'the path does not have this method', {
    expected: allowed.join(' or '),
    got: method,
    advice: '/openapi.json lists all operations',
  });
}

export function unknownKind(name: string, kinds: readonly string[]): ServiceError {
  return new ServiceError('http-kind', 'no such kind of document', {
    expected: `one of ${kinds.join(', ')}`,
    got: quoted(name),
    advice: 'POST /v1/admit detects the kind',
  });
}

export function queryGiven(query: string): ServiceError {
  return new ServiceError('http-query', 'an admission has no query', {
    expected: 'a path without a query',
    got: quoted(query),
    advice: 'the policy is that of the service, and the kind stands in the path: /v1/admit/{kind}',
  });
}

export function wrongMediaType(got: string): ServiceError {
  return new ServiceError('http-media-type', 'the document is not sent as plain JSON', {
    expected: 'content-type: application/json, and no content-encoding',
    got: quoted(got),
    advice: "send the bytes as they are: curl --data-binary @app.json --header 'content-type: application/json'",
  });
}

function tooLarge(): ServiceError {
  return new ServiceError('http-too-large', 'the document is too large', {
    expected: `at most ${BODY_SIZE_MAX_BYTES} bytes`,
    got: 'more',
    advice: 'send the apps of a large group one by one',
  });
}

function malformed(got: string): ServiceError {
  return new ServiceError('http-malformed', 'the request cannot be served', {
    expected: 'a whole HTTP/1.1 request within its limits of size and time',
    got,
    advice: 'docs/serve.md has the limits',
  });
}

function internal(cause: unknown): ServiceError {
  return new ServiceError('http-internal', 'the service failed', {
    expected: 'an answer',
    got: 'a defect of the service; its log has more',
    advice: 'report it with the lines of the log',
    cause,
  });
}

/** Codes of what fastify refuses before a handler is asked. */
const FASTIFY_ERRORS: Readonly<Record<string, (message: string) => ServiceError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: wrongMediaType,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => malformed('a body of another length than its content-length'),
  FST_ERR_BAD_URL: () => malformed('a path that cannot be decoded'),
};

/** Any failure on the way to an answer as one of ours. */
export function serviceErrorOf(error: unknown, contentType: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  const known = typeof code === 'string' ? FASTIFY_ERRORS[code] : undefined;
  if (known !== undefined) return known(contentType);
  const isClients = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClients ? malformed(String(code)) : internal(error);
}

/** What Node says of bytes that are no request: its code, and the status for it. */
export function connectionProblem(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problemOf(malformed('headers over the limit'), 431);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problemOf(malformed('a request that was not whole in time'), 408);
    default:
      return problemOf(malformed(code ?? 'bytes that are no request'), 400);
  }
}
