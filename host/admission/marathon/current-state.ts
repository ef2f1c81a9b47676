import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '../../core/documents.ts';
import { endToEnd, type RawHeaders } from './headers.ts';
import { isObject, type JsonObject, parseJson } from './json-object.ts';
import { Unjudged } from './unjudged.ts';

/** A whole answer of Marathon to a question of the proxy's own. */
export interface MarathonAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks Marathon with GET. Rejects when there is no whole answer in time, or it is too large. */
export type AskMarathon = (path: string, headers: RawHeaders) => Promise<MarathonAnswer>;

/** Marathon will not show the client what the update is about: its answer is the client's answer. */
export class NotShown extends Error {
  readonly answer: MarathonAnswer;

  constructor(answer: MarathonAnswer) {
    super(`Marathon answered ${answer.status}`);
    this.answer = answer;
  }
}

/** What Marathon has now, read with the rights of the client whose update is judged. */
export interface CurrentState {
  /** The running app, null when there is none. */
  app(id: string): Promise<JsonObject | null>;
  /** An app as it was at a version. */
  appVersion(id: string, version: string): Promise<JsonObject>;
  /** The group, null when there is none. */
  group(id: string): Promise<JsonObject | null>;
  groupVersion(id: string, version: string): Promise<JsonObject>;
}

/** Headers of the client's request that are about its body, or about the form of the answer. */
const NOT_ASKED_WITH = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'digest',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'trailer',
  'transfer-encoding',
];

/**
 * Reads what an update builds upon, by `ask`, with the client's own authorization and cookies.
 *
 * Each call throws Unjudged when Marathon does not say it, and NotShown when it refuses the client (401, 403) or sends
 * it elsewhere (3xx).
 */
export function currentState(ask: AskMarathon, clientHeaders: RawHeaders): CurrentState {
  const headers = [...endToEnd(clientHeaders, NOT_ASKED_WITH), 'Accept', 'application/json'];
  const read = async (path: string): Promise<JsonObject | null> => {
    const answer = await ask(path, headers).catch((cause: Error) => {
      throw new Unjudged('current', `Marathon did not answer GET ${path}: ${cause.message}`, cause);
    });
    const { status } = answer;
    if (status === 401 || status === 403 || (status >= 300 && status < 400)) throw new NotShown(answer);
    if (status === 404) return null;
    const value = status === 200 ? parseJson(answer.body) : undefined;
    if (!isObject(value)) throw new Unjudged('current', `expected 200 and an object from GET ${path}, got ${status}`);
    return value;
  };
  const readVersion = async (path: string): Promise<JsonObject> => {
    const value = await read(path);
    if (value === null) throw new Unjudged('current', `expected a version from GET ${path}, got 404`);
    return value;
  };
  return {
    app: async (id) => {
      const path = `/v2/apps${pathOf(id)}`;
      const answer = await read(path);
      return answer === null ? null : member(answer, 'app', path);
    },
    appVersion: (id, version) => readVersion(`/v2/apps${pathOf(id)}/versions/${encodeURIComponent(version)}`),
    group: (id) => read(`/v2/groups${pathOf(id)}`),
    groupVersion: (id, version) => readVersion(`/v2/groups${pathOf(id)}/versions/${encodeURIComponent(version)}`),
  };
}

function member(answer: JsonObject, name: string, path: string): JsonObject {
  const value: JsonValue | undefined = answer[name];
  if (!isObject(value)) throw new Unjudged('current', `expected ${name} in the answer to GET ${path}, got none`);
  return value;
}

// Ids of a body may hold anything; the root has no path of its own.
function pathOf(id: string): string {
  return id === '/' ? '' : id.split('/').map(encodeURIComponent).join('/');
}
