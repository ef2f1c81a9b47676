import { printableText } from '../../system/printable-text.ts';
import { isObject, type JsonObject, member } from './json-value.ts';
import { PluginFailure } from './plugin-failure.ts';
import type { RawAnswer } from './plugin-transport.ts';

/** How much of a driver's own text an error shows. */
const EXCERPT_LENGTH_MAX = 1000;

/**
 * Reads an answer: its JSON object when the plugin did what it was asked.
 *
 * A refusal is a text in `Err` (or `Error`, as REX-Ray wrote it), with whatever status; or a status of failure with any
 * body, as the first plugins did it. 404 says that the plugin does not know the call.
 *
 * @throws {PluginFailure} `driver-refused`; `driver-answer` for what is no answer. A failure that the protocol's own
 * error text reports, and a request that the plugin would not take (4xx), did nothing; all else may have.
 */
export function readAnswer(answer: RawAnswer): JsonObject {
  const value = parseJson(answer.body);
  const refusal = isObject(value) ? refusalOf(value) : null;
  if (answer.status === 404) {
    throw new PluginFailure(`the plugin does not know this call (HTTP 404)${refusal === null ? '' : `: ${refusal}`}`, {
      code: 'driver-refused',
      mayHaveActed: false,
      unimplemented: true,
    });
  }
  if (refusal !== null) {
    throw new PluginFailure(`the driver refused: ${refusal}`, { code: 'driver-refused', mayHaveActed: false });
  }
  if (answer.status >= 400) {
    const text = printableText(answer.body.toString('utf8').trim(), EXCERPT_LENGTH_MAX);
    throw new PluginFailure(`the driver failed with HTTP ${answer.status}${text === '' ? '' : `: ${text}`}`, {
      code: 'driver-refused',
      mayHaveActed: answer.status >= 500,
    });
  }
  if (answer.status !== 200) throw answerFailure('HTTP 200', `HTTP ${answer.status}`);
  if (!isObject(value)) throw answerFailure('a JSON object', quote(answer.body.toString('utf8')));
  return value;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function refusalOf(value: JsonObject): string | null {
  for (const name of ['Err', 'Error']) {
    const text = member(value, name);
    if (text === undefined || text === null || text === '') continue;
    return printableText(typeof text === 'string' ? text.trim() : JSON.stringify(text), EXCERPT_LENGTH_MAX);
  }
  return null;
}

/** Something came back, and it is not what the protocol says. */
export function answerFailure(expected: string, got: string): PluginFailure {
  return new PluginFailure(`expected ${expected} from the plugin, got ${got}`, {
    code: 'driver-answer',
    mayHaveActed: true,
  });
}

/** A short printable form of a foreign value, for an error's text. */
export function quote(value: unknown): string {
  return value === undefined ? 'nothing' : printableText(JSON.stringify(value), 200);
}
