import { writeAnswer, writeJson } from './answer.ts';
import { currentState, NotShown } from './current-state.ts';
import { type Exchange, type ExchangeEnd, forward } from './exchange.ts';
import { type Judgement, judge } from './judgement.ts';
import { ProxyError } from './proxy-error.ts';
import type { ProxyEvent } from './proxy-event.ts';
import type { MarathonProxyOptions, ProxyTimeouts } from './proxy-options.ts';
import { codesOf, refusalOf, refusesWith, unjudgedHeaders, verdictHeaders, worstVerdict } from './refusal.ts';
import { readBody } from './request-body.ts';
import { requirePlainBody } from './request-form.ts';
import type { CheckedRoute } from './route.ts';
import { Unjudged, type UnjudgedReason } from './unjudged.ts';

type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;

/** An event without what every event says of its request. */
export type Ending = DistributiveOmit<ProxyEvent, 'method' | 'path' | 'durationMs'>;

/** What a request is checked by. */
export interface CheckedBy {
  readonly options: MarathonProxyOptions;
  readonly bodyMaxBytes: number;
  readonly timeouts: ProxyTimeouts;
}

/**
 * Takes a request that writes apps or pods: reads its body, judges it, and refuses it or forwards exactly the bytes
 * that were judged.
 * @throws {ProxyError} when the proxy itself has to answer
 */
export async function handleChecked(route: CheckedRoute, exchange: Exchange, by: CheckedBy): Promise<Ending> {
  const { request, response } = exchange;
  const isMonitored = by.options.mode === 'monitor';
  try {
    requirePlainBody(request);
  } catch (error) {
    if (!isMonitored) throw error;
    return forwardUnjudged(exchange, new Unjudged('form', (error as Error).message));
  }
  const tooLarge = `expected a body of up to ${by.bodyMaxBytes} bytes`;
  if (Number(request.headers['content-length'] ?? 0) > by.bodyMaxBytes) {
    if (!isMonitored) throw new ProxyError(tooLarge, { code: 'marathon-body-too-large' });
    return forwardUnjudged(exchange, new Unjudged('size', tooLarge));
  }
  if (exchange.isAwaited) response.writeContinue();
  const body = await readBody(request, by.bodyMaxBytes, by.timeouts.requestBodyMs);
  if (body === null) return { type: 'aborted' };
  const forwarding: Exchange = { ...exchange, body, isAwaited: false };
  if (!body.whole) {
    if (!isMonitored) throw new ProxyError(tooLarge, { code: 'marathon-body-too-large' });
    return forwardUnjudged(forwarding, new Unjudged('size', tooLarge));
  }
  return judgeBody(route, forwarding, body.bytes, by);
}

async function judgeBody(route: CheckedRoute, exchange: Exchange, body: Uint8Array, by: CheckedBy): Promise<Ending> {
  const { request, response, upstream } = exchange;
  const { options } = by;
  const refuses = refusesWith(options);
  try {
    const current = currentState(upstream.ask, request.rawHeaders);
    const judgements = await judge({ route, body, admit: options.admit, current, refuses });
    const refused = judgements.find(({ admission }) => refuses(admission));
    if (response.destroyed) return { type: 'aborted' };
    if (refused !== undefined) {
      writeJson(response, 422, refusalOf(refused));
      return checkedEnding(judgements, true, 422);
    }
    const end = await forward({ ...exchange, answerHeaders: verdictHeaders(judgements) });
    return endingOf(end, checkedEnding(judgements, false, end.status));
  } catch (error) {
    if (error instanceof NotShown && options.mode === 'monitor') {
      return forwardUnjudged(exchange, new Unjudged('current', error.message));
    }
    if (error instanceof NotShown) {
      writeAnswer(response, error.answer);
      return { type: 'passed', status: error.answer.status };
    }
    if (!(error instanceof Unjudged)) throw error;
    if (options.mode === 'monitor' || options.onFailure === 'open') return forwardUnjudged(exchange, error);
    return refuseUnjudged(exchange, error);
  }
}

/** Forwards what has no verdict, and says so in the answer. */
export async function forwardUnjudged(exchange: Exchange, unjudged: Unjudged): Promise<Ending> {
  const end = await forward({ ...exchange, answerHeaders: unjudgedHeaders(unjudged.reason) });
  return endingOf(end, unjudgedEnding(unjudged, true, end.status));
}

function refuseUnjudged({ response }: Exchange, unjudged: Unjudged): Ending {
  const { status } = new ProxyError(unjudged.message, { code: 'marathon-unjudged' });
  const reason: UnjudgedReason = unjudged.reason;
  const message = `The volumes of this request could not be checked, so it was not forwarded: ${unjudged.message}`;
  writeJson(response, status, { message, dvdi: { code: 'marathon-unjudged', failure: reason } });
  return unjudgedEnding(unjudged, false, status);
}

function unjudgedEnding({ reason, message }: Unjudged, forwarded: boolean, status: number): Ending {
  return { type: 'unjudged', failure: reason, message, forwarded, status };
}

function checkedEnding(judgements: readonly Judgement[], refused: boolean, status: number): Ending {
  const kind = judgements[0]?.kind ?? '';
  return { type: 'checked', kind, verdict: worstVerdict(judgements), codes: codesOf(judgements), refused, status };
}

function endingOf(end: ExchangeEnd, ending: Ending): Ending {
  return end.aborted ? { type: 'aborted' } : ending;
}
