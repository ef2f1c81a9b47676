import { absoluteId } from './marathon-id.ts';
import { ambiguous, generousPath, hasDotSegment, type RequestTarget } from './request-target.ts';

/** A request that writes apps or pods, and what its path says of the document. */
export type CheckedRoute =
  /** `POST /v2/apps` */
  | { readonly write: 'new-app' }
  /** `PUT` and `PATCH /v2/apps`: a list. `partial`: members that are absent keep what the running app has. */
  | { readonly write: 'apps'; readonly partial: boolean }
  /** `PUT` and `PATCH /v2/apps/{id}` */
  | { readonly write: 'app'; readonly id: string; readonly partial: boolean }
  /** `POST`, `PUT` and `PATCH /v2/groups` and `/v2/groups/{id}`: ids in the document are relative to `base`. */
  | { readonly write: 'group'; readonly base: string }
  /** `POST /v2/pods`, `PUT /v2/pods/{id}` */
  | { readonly write: 'pod' };

const READING = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE']);
const WRITING = new Set(['POST', 'PUT', 'PATCH']);

/** Makes one method out of another in some servers; Marathon's does not, a plugin's filter may. */
const OVERRIDES = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);

const WATCHED = /^\/v2\/(?:apps|groups|pods)(?:\/|$)/;

/**
 * Whether a request can write an app, a group or a pod, and how; null for one that is passed through unread.
 *
 * Marathon (JAX-RS on Jetty) takes more spellings of one path than a rule can list. So it goes by what a path comes
 * close to: what looks like a write of an app to the most generous reader must be spelt plainly, or is refused.
 *
 * @throws {ProxyError} `marathon-request` for what may be read in two ways
 */
export function routeOf(
  method: string,
  target: RequestTarget,
  headers: Readonly<Record<string, unknown>>,
): CheckedRoute | null {
  const watched = WATCHED.test(generousPath(target.path));
  if (watched) refuseOverrides(target, headers);
  if (READING.has(method)) return null;
  if (hasDotSegment(target.path)) throw ambiguous('a path without dot segments', target.path);
  if (!watched) return passUnwatched(target.path);
  if (!WRITING.has(method)) throw ambiguous('one of the methods of apps, groups and pods', method);
  const match = /^\/v2\/(?<resource>apps|groups|pods)(?:\/(?<id>.*))?$/.exec(target.path);
  if (match?.groups?.resource === undefined) throw ambiguous('/v2/apps, /v2/groups or /v2/pods', target.path);
  const { resource, id = '' } = match.groups;
  // Clients put the id with its own slash behind /v2/apps/, or encode its slashes: both are usual.
  const plain = id.replaceAll(/%2f/gi, '/');
  if (!/^[\w.~:@/-]*$/.test(plain)) throw ambiguous('an id of letters, digits, hyphens, dots and slashes', id);
  return checkedRoute(method, resource, absoluteId(plain), target.query);
}

function checkedRoute(method: string, resource: string, id: string, query: string): CheckedRoute | null {
  if (resource === 'groups') return { write: 'group', base: id };
  if (resource === 'pods') return { write: 'pod' };
  if (method !== 'POST') {
    const partial = method === 'PATCH' || isPartial(query);
    return id === '/' ? { write: 'apps', partial } : { write: 'app', id, partial };
  }
  if (id === '/') return { write: 'new-app' };
  // Starts again what is there already; without an id before it, it would be an app of that name.
  return id.endsWith('/restart') && id !== '/restart' ? null : { write: 'app', id, partial: false };
}

// The first two segments lead to a resource. Where these are plain, no spelling of the rest leads to another one.
function passUnwatched(path: string): null {
  const [, first = '', second = '', ...rest] = path.split('/');
  const isPlain = /^[\w.~-]*$/.test(first) && /^[\w.~-]*$/.test(second);
  const hasGap = (first === '' && path.length > 1) || (second === '' && rest.length > 0);
  if (!isPlain || hasGap) throw ambiguous('a path that begins with plain segments', path);
  return null;
}

// Java reads each text but "true" as false, frameworks differ on an empty or a repeated one.
function isPartial(query: string): boolean {
  const values = new URLSearchParams(query).getAll('partialUpdate');
  const value = values[0]?.toLowerCase() ?? 'true';
  if (values.length > 1 || (value !== 'true' && value !== 'false')) {
    throw ambiguous('partialUpdate=true or partialUpdate=false, once', values.join('&'));
  }
  return value === 'true';
}

function refuseOverrides(target: RequestTarget, headers: Readonly<Record<string, unknown>>): void {
  const header = Object.keys(headers).find((name) => OVERRIDES.has(name));
  if (header !== undefined) throw ambiguous('a request without a method override', header);
  if (new URLSearchParams(target.query).has('_method'))
    throw ambiguous('a request without a method override', '_method');
}
