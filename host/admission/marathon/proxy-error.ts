/** Why the proxy cannot be made, or itself refused or failed a request; each has its section in docs/errors.md. */
export type ProxyErrorCode =
  /** What the proxy is to stand in front of is no `http:` or `https:` URL of a server. */
  | 'marathon-target'
  /** The path, a header or the method may mean an app's write to one reader and something else to another. */
  | 'marathon-request'
  /** The body that is to be checked is larger than the limit. */
  | 'marathon-body-too-large'
  /** The body that is to be checked did not arrive in time. */
  | 'marathon-body-timeout'
  /** No verdict could be had, and the failure mode is closed. */
  | 'marathon-unjudged'
  /** Marathon cannot be reached, or its answer is not HTTP. */
  | 'marathon-unreachable'
  /** Marathon did not answer in time. */
  | 'marathon-timeout'
  /** The request has come through this very proxy before. */
  | 'marathon-loop';

/** Codes with the status of the proxy's answer. */
const STATUS: Readonly<Record<ProxyErrorCode, number>> = {
  'marathon-target': 500,
  'marathon-request': 400,
  'marathon-body-too-large': 413,
  'marathon-body-timeout': 408,
  'marathon-unjudged': 503,
  'marathon-unreachable': 502,
  'marathon-timeout': 504,
  'marathon-loop': 508,
};

/** A request that ends in an answer of the proxy's own. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ProxyErrorCode;
  /** Status of the answer. */
  readonly status: number;

  /** @param status where the code has a more exact one than its own, for example 415 */
  constructor(message: string, fields: { code: ProxyErrorCode; status?: number; cause?: unknown }) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status ?? STATUS[fields.code];
  }
}
