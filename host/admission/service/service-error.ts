import type { Finding } from '../../core/documents.ts';

/** Why the service could not start, or answer a request; every code has its section in docs/errors.md. */
export type ServiceErrorCode =
  /** More documents wait than the queue may hold, or one waited too long. */
  | 'service-busy'
  /** The core ran past the deadline; its worker was ended. */
  | 'service-deadline'
  /** A worker thread died, could not start, or its core failed. */
  | 'service-worker'
  /** The service is draining. */
  | 'service-stopping'
  /** The policy is refused by the core. */
  | 'service-policy'
  /** A file of policy, certificate or key cannot be read. */
  | 'service-file'
  /** Certificate, key or authorities cannot be used. */
  | 'service-tls'
  /** The address cannot be listened on. */
  | 'service-listen'
  /** No such kind of document. */
  | 'http-kind'
  /** The request has a query. */
  | 'http-query'
  /** The body is not sent as plain JSON. */
  | 'http-media-type'
  /** The body is over the limit. */
  | 'http-too-large'
  /** No such path. */
  | 'http-not-found'
  /** The path does not have this method. */
  | 'http-method'
  /** The bytes are no HTTP request that can be served. */
  | 'http-malformed'
  /** A defect of ours. */
  | 'http-internal';

/** A failure of the service, in the form of every error of the house: expected, got, what to do. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  /** What the core says of a policy that is refused. */
  readonly findings: readonly Finding[];

  constructor(
    code: ServiceErrorCode,
    message: string,
    fields: {
      readonly expected: string;
      readonly got: string;
      readonly advice: string;
      readonly findings?: readonly Finding[];
      readonly cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.expected = fields.expected;
    this.got = fields.got;
    this.advice = fields.advice;
    this.findings = fields.findings ?? [];
  }
}
