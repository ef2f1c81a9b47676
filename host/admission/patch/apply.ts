import type { JsonValue, PatchOperation } from '../../core/documents.ts';
import { indexOf, segmentsOf } from './json-pointer.ts';

type Container = JsonValue[] | { [key: string]: JsonValue };

/** A patch that does not fit the document it is applied to. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

/**
 * Applies a JSON Patch (RFC 6902: add, replace, remove, move) to a value.
 * @returns a new value; `document` stays as it is
 * @throws {PatchError} when a place is not there
 */
export function applyPatch(document: JsonValue, patch: readonly PatchOperation[]): JsonValue {
  // The root gets a parent, so that it is a member like any other.
  const holder: { [key: string]: JsonValue } = { root: JSON.parse(JSON.stringify(document)) as JsonValue };
  for (const operation of patch) {
    if (operation.op === 'move') insert(holder, operation.path, take(holder, operation.from));
    else if (operation.op === 'remove') take(holder, operation.path);
    else if (operation.op === 'add') insert(holder, operation.path, operation.value);
    else {
      const [parent, key] = parentOf(holder, operation.path);
      if (read(parent, key) === undefined) throw notThere(operation.path);
      write(parent, key, operation.value);
    }
  }
  return holder.root as JsonValue;
}

function parentOf(holder: Container, path: string): [parent: Container, key: string] {
  const segments = ['root', ...segmentsOf(path)];
  const key = segments.pop() as string;
  let parent: Container = holder;
  for (const segment of segments) {
    const next = read(parent, segment);
    if (typeof next !== 'object' || next === null) throw notThere(path);
    parent = next as Container;
  }
  return [parent, key];
}

function read(parent: Container, key: string): JsonValue | undefined {
  if (Array.isArray(parent)) return parent[indexOf(key) ?? -1];
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function write(parent: Container, key: string, value: JsonValue): void {
  if (Array.isArray(parent)) parent[indexOf(key) ?? -1] = value;
  // A member may be called `__proto__`.
  else Object.defineProperty(parent, key, { value, configurable: true, enumerable: true, writable: true });
}

function insert(holder: Container, path: string, value: JsonValue): void {
  const [parent, key] = parentOf(holder, path);
  if (!Array.isArray(parent)) {
    write(parent, key, value);
    return;
  }
  const index = key === '-' ? parent.length : indexOf(key);
  if (index === null || index > parent.length) throw notThere(path);
  parent.splice(index, 0, value);
}

function take(holder: Container, path: string): JsonValue {
  const [parent, key] = parentOf(holder, path);
  const value = read(parent, key);
  if (value === undefined) throw notThere(path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return value;
}

function notThere(path: string): PatchError {
  return new PatchError(`expected a value at ${JSON.stringify(path)}, got a document without one`);
}
