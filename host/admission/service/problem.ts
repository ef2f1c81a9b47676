import { escapeUnprintable } from '../../system/printable-text.ts';
import { RETRY_AFTER_SECONDS } from './limits.ts';
import type { ServiceError, ServiceErrorCode } from './service-error.ts';

/** The media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

/** A failure as RFC 9457 has it, with the fields of all our errors. */
export interface Problem {
  /** A URN by code: its page is docs/errors.md. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ServiceErrorCode;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
}

const STATUSES: Readonly<Record<ServiceErrorCode, number>> = {
  'service-busy': 503,
  'service-deadline': 504,
  'service-worker': 500,
  'service-stopping': 503,
  'service-policy': 500,
  'service-file': 500,
  'service-tls': 500,
  'service-listen': 500,
  'http-kind': 404,
  'http-query': 400,
  'http-media-type': 415,
  'http-too-large': 413,
  'http-not-found': 404,
  'http-method': 405,
  'http-malformed': 400,
  'http-internal': 500,
};

/** @param status where HTTP has one that says more, for example 431 for headers that are too large */
export function problemOf(error: ServiceError, status: number = STATUSES[error.code]): Problem {
  const { code, message, expected, got, advice } = error;
  const detail = `expected ${expected}, got ${got}`;
  return { type: `urn:dvdi:error:${code}`, title: message, status, detail, code, expected, got, advice };
}

/** Its headers, but for the length. */
export function problemHeaders({ status }: Problem): Record<string, string> {
  const retry = status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  return { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...retry };
}

/** Its body: what a client wrote may be quoted, and no terminal obeys it. */
export function problemText(problem: Problem): string {
  return `${escapeUnprintable(JSON.stringify(problem))}\n`;
}
