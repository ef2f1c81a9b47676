import type { JsonValue } from '../../core/documents.ts';
import { isObject, type JsonObject } from './json-object.ts';

/** What Marathon tells about a running app beside its definition. */
const STATE_MEMBERS = new Set([
  'deployments',
  'lastTaskFailure',
  'readinessCheckResults',
  'taskStats',
  'tasks',
  'tasksHealthy',
  'tasksRunning',
  'tasksStaged',
  'tasksUnhealthy',
  'version',
  'versionInfo',
]);

/** The definition in an app of Marathon's answer. */
export function definitionOf(app: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(app).filter(([name]) => !STATE_MEMBERS.has(name)));
}

/**
 * The app that a partial update makes of the running one, as Marathon merges them: each member of the update replaces
 * the whole member of the app (`env` and `container` are not merged any deeper), one that is absent or null keeps what
 * is there, and the id stays the one of the path.
 */
export function mergeUpdate(current: JsonObject, update: JsonObject, id: string): JsonObject {
  const given = Object.entries(update).filter(([name, value]) => value !== null && !STATE_MEMBERS.has(name));
  return { ...definitionOf(current), ...Object.fromEntries(given), id };
}

/** A group after `scaleBy`: the instances of each app in it, times the factor, rounded up. */
export function scaleGroup(group: JsonObject, factor: number): JsonObject {
  const apps = listOf(group.apps).map((app) => {
    const instances = typeof app.instances === 'number' ? app.instances : 1;
    return { ...definitionOf(app), instances: Math.ceil(instances * factor) };
  });
  const { version, ...rest } = group;
  return { ...rest, apps, groups: listOf(group.groups).map((inner) => scaleGroup(inner, factor)) };
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
