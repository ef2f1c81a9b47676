import type { Admission, JsonValue } from '../../core/documents.ts';
import { definitionOf, mergeUpdate, scaleGroup } from './app-update.ts';
import type { CurrentState } from './current-state.ts';
import { isObject, type JsonObject, parseJson } from './json-object.ts';
import { bodyItself, bodyUnderGroup, bodyWithId, type JudgedDocument, rewritten } from './judged-document.ts';
import { absoluteId } from './marathon-id.ts';
import type { Admit } from './proxy-options.ts';
import type { CheckedRoute } from './route.ts';
import { Unjudged } from './unjudged.ts';

/** What was judged: the body, or what the write makes of it and of what Marathon has. */
export type Judged = 'document' | 'merged' | 'version' | 'scaled';

/** One verdict. */
export interface Judgement {
  readonly judged: Judged;
  readonly kind: string;
  readonly admission: Admission;
}

/** One write, and the means to judge it. */
export interface Case {
  readonly route: CheckedRoute;
  readonly body: Uint8Array;
  readonly admit: Admit;
  readonly current: CurrentState;
  /** Whether an admission refuses the request: then nothing more is asked. */
  readonly refuses: (admission: Admission) => boolean;
}

/**
 * Judges a write: first its document, then, unless that is refused, each app and group that it makes.
 * @throws {Unjudged} when there is no verdict
 * @throws {NotShown} when Marathon does not show the client what is there
 */
export async function judge(each: Case): Promise<readonly Judgement[]> {
  const value = parseJson(each.body);
  const judgements = [await judgeDocument(each, value)];
  if (judgements.some(({ admission }) => each.refuses(admission))) return judgements;
  for await (const outcome of outcomes(each, value)) {
    const judgement = await admitDocument(each.admit, outcome.judged, outcome.kind, rewritten(outcome.value));
    judgements.push(judgement);
    if (each.refuses(judgement.admission)) break;
  }
  return judgements;
}

function judgeDocument(each: Case, value: JsonValue | undefined): Promise<Judgement> {
  const { route, body, admit } = each;
  const asItIs = bodyItself(body);
  switch (route.write) {
    case 'new-app':
    case 'apps':
      return admitDocument(admit, 'document', Array.isArray(value) ? 'marathon-apps' : 'marathon-app', asItIs);
    case 'app': {
      const document = isObject(value) && !Object.hasOwn(value, 'id') ? bodyWithId(body, value, route.id) : asItIs;
      return admitDocument(admit, 'document', route.partial ? 'marathon-update' : 'marathon-app', document);
    }
    case 'group': {
      const document = isObject(value) ? bodyUnderGroup(body, value, route.base) : asItIs;
      return admitDocument(admit, 'document', 'marathon-group', document);
    }
    case 'pod':
      return admitDocument(admit, 'document', 'marathon-pod', asItIs);
  }
}

async function admitDocument(admit: Admit, judged: Judged, kind: string, document: JudgedDocument): Promise<Judgement> {
  const outcome = await admit(kind, document.bytes);
  if ('failure' in outcome) throw new Unjudged(outcome.failure, outcome.message);
  return { judged, kind, admission: document.restore(outcome.admission) };
}

/** What a write leads to, where that is not in the document alone. */
interface Outcome {
  readonly judged: Judged;
  readonly kind: string;
  readonly value: JsonValue;
}

async function* outcomes(each: Case, value: JsonValue | undefined): AsyncGenerator<Outcome> {
  const { route, current } = each;
  if (route.write === 'app' && isObject(value)) yield* appOutcomes(current, route.id, value, route.partial);
  else if (route.write === 'apps' && Array.isArray(value)) yield* listOutcomes(current, value, route.partial);
  else if (route.write === 'group' && isObject(value)) yield* groupOutcomes(current, route.base, value);
}

async function* appOutcomes(
  current: CurrentState,
  id: string,
  update: JsonObject,
  partial: boolean,
): AsyncGenerator<Outcome> {
  const running = partial || typeof update.version === 'string' ? await current.app(id) : null;
  const base = partial ? (running ?? {}) : {};
  const isSaidAlready = !partial && (update.id === undefined || isSameId(update.id, id));
  // An app that is not there yet is made of the document alone, by the rules of a whole app.
  if (!isSaidAlready) yield { judged: 'merged', kind: 'marathon-app', value: mergeUpdate(base, update, id) };
  if (running !== null && typeof update.version === 'string') {
    yield {
      judged: 'version',
      kind: 'marathon-app',
      value: definitionOf(await current.appVersion(id, update.version)),
    };
  }
}

// Updates of one app build upon one another, in the order of the list; only what they come to is deployed.
async function* listOutcomes(
  current: CurrentState,
  updates: readonly JsonValue[],
  partial: boolean,
): AsyncGenerator<Outcome> {
  const apps = new Map<string, JsonObject>();
  for (const update of updates) {
    if (!isObject(update) || typeof update.id !== 'string') continue;
    const id = absoluteId(update.id);
    const isRollback = typeof update.version === 'string';
    if (!partial && !isRollback) continue;
    const running = apps.get(id) ?? (await current.app(id));
    if (running !== null && typeof update.version === 'string') {
      apps.set(id, definitionOf(await current.appVersion(id, update.version)));
    } else {
      apps.set(id, mergeUpdate(running ?? {}, update, id));
    }
  }
  if (apps.size > 0) yield { judged: 'merged', kind: 'marathon-apps', value: [...apps.values()] };
}

async function* groupOutcomes(current: CurrentState, base: string, update: JsonObject): AsyncGenerator<Outcome> {
  const id = typeof update.id === 'string' ? absoluteId(update.id, base) : base;
  if (typeof update.version === 'string') {
    yield { judged: 'version', kind: 'marathon-group', value: await current.groupVersion(id, update.version) };
  } else if (typeof update.scaleBy === 'number') {
    const group = await current.group(id);
    if (group !== null) yield { judged: 'scaled', kind: 'marathon-group', value: scaleGroup(group, update.scaleBy) };
  }
}

function isSameId(written: JsonValue, id: string): boolean {
  return typeof written === 'string' && absoluteId(written) === id;
}
