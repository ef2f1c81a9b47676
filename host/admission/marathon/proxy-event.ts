import type { Verdict } from '../../core/documents.ts';
import type { ProxyErrorCode } from './proxy-error.ts';
import type { UnjudgedReason } from './unjudged.ts';

/** The request that an event is about. `path` comes from outside, without its query: never raw to a terminal. */
interface RequestEvent {
  readonly method: string;
  readonly path: string;
  /** From the first byte of the head to the last of the answer. */
  readonly durationMs: number;
}

/** What the proxy tells a log and the metrics. */
export type ProxyEvent =
  /** Forwarded without being checked: it can change no app. `status` is Marathon's. */
  | (RequestEvent & { readonly type: 'passed'; readonly status: number })
  /** Judged. `status` is Marathon's when it was forwarded. `codes` are those of all findings, each once. */
  | (RequestEvent & {
      readonly type: 'checked';
      readonly kind: string;
      readonly verdict: Verdict;
      readonly codes: readonly string[];
      readonly refused: boolean;
      readonly status: number;
    })
  /** Could not be judged. `forwarded`: it went to Marathon all the same (failure mode `open`, or mode `monitor`). */
  | (RequestEvent & {
      readonly type: 'unjudged';
      readonly failure: UnjudgedReason;
      readonly message: string;
      readonly forwarded: boolean;
      readonly status: number;
    })
  /** Answered by the proxy itself, for the request's form or because of Marathon. */
  | (RequestEvent & {
      readonly type: 'failed';
      readonly code: ProxyErrorCode;
      readonly message: string;
      readonly status: number;
    })
  /** The client went away before its answer was whole. */
  | (RequestEvent & { readonly type: 'aborted' });
