import type { Admission, Finding, PatchOperation } from '../../core/documents.ts';
import type { JsonObject } from './json-object.ts';
import { absoluteId } from './marathon-id.ts';

/**
 * The bytes that are judged for a body, and the way back. Marathon takes an app's id, or the group that ids are
 * relative to, from the path of the request. The core takes them from the document: so they are written into it, and
 * what is found is moved back to where it stands in the body.
 */
export interface JudgedDocument {
  readonly bytes: Uint8Array;
  /** The same admission with the places of the body. */
  restore(admission: Admission): Admission;
}

const encoder = new TextEncoder();

/** The body as it is. */
export function bodyItself(body: Uint8Array): JudgedDocument {
  return { bytes: body, restore: (admission) => admission };
}

/** A body without an id of its own, as the app or group of this id. */
export function bodyWithId(body: Uint8Array, value: JsonObject, id: string): JudgedDocument {
  const insertAt = body.indexOf(0x7b) + 1;
  const comma = Object.keys(value).length > 0 ? ',' : '';
  return withInsertion(body, insertAt, `"id":${JSON.stringify(id)}${comma}`, '', '');
}

/** A group whose id is relative, within the group that it is relative to. */
export function bodyWithinGroup(body: Uint8Array, base: string): JudgedDocument {
  return withInsertion(body, 0, `{"id":${JSON.stringify(base)},"groups":[`, ']}', '/groups/0');
}

/** A group's body under the group that the path names. */
export function bodyUnderGroup(body: Uint8Array, value: JsonObject, base: string): JudgedDocument {
  if (!Object.hasOwn(value, 'id')) return base === '/' ? bodyItself(body) : bodyWithId(body, value, base);
  if (typeof value.id !== 'string' || base === '/' || value.id.startsWith('/')) return bodyItself(body);
  // A relative id may walk up: then no group holds it in a document, and only its absolute form is the same group.
  return absoluteId(value.id, base).startsWith(`${base}/`)
    ? bodyWithinGroup(body, base)
    : rewritten({
        ...value,
        id: absoluteId(value.id, base),
      });
}

/** A document that the proxy has put together: pointers are all that can be said of places in it. */
export function rewritten(value: unknown): JudgedDocument {
  return {
    bytes: encoder.encode(JSON.stringify(value)),
    restore: (admission) => ({ ...admission, findings: admission.findings.map(withoutPlace) }),
  };
}

function withoutPlace(finding: Finding): Finding {
  return { ...finding, offset: null, line: null, column: null, length: null };
}

// The inserted text is ASCII or escaped nowhere: its length in UTF-16 units is what the columns behind it are off by.
function withInsertion(body: Uint8Array, at: number, before: string, after: string, prefix: string): JudgedDocument {
  const inserted = encoder.encode(before);
  const bytes = new Uint8Array(body.byteLength + inserted.byteLength + after.length);
  bytes.set(body.subarray(0, at));
  bytes.set(inserted, at);
  bytes.set(body.subarray(at), at + inserted.byteLength);
  bytes.set(encoder.encode(after), body.byteLength + inserted.byteLength);
  const line = 1 + body.subarray(0, at).filter((byte) => byte === 0x0a).length;
  const move = (finding: Finding) =>
    moveBack(finding, { at, bytes: inserted.byteLength, columns: before.length, line });
  return {
    bytes,
    restore: (admission) => ({
      ...admission,
      tasks: admission.tasks.map((task) => ({ ...task, pointer: withoutPrefix(task.pointer, prefix) })),
      findings: admission.findings.map((finding) => withoutPointerPrefix(move(finding), prefix)),
    }),
  };
}

interface Insertion {
  readonly at: number;
  readonly bytes: number;
  readonly columns: number;
  readonly line: number;
}

function moveBack(finding: Finding, insertion: Insertion): Finding {
  const { offset, line, column } = finding;
  if (finding.in !== 'document' || offset === null || offset < insertion.at + insertion.bytes) return finding;
  const isSameLine = line === insertion.line && column !== null;
  return {
    ...finding,
    offset: offset - insertion.bytes,
    column: isSameLine ? column - insertion.columns : column,
  };
}

function withoutPointerPrefix(finding: Finding, prefix: string): Finding {
  if (finding.in !== 'document' || prefix === '') return finding;
  const pointer = finding.pointer === null ? null : withoutPrefix(finding.pointer, prefix);
  if (finding.fix === undefined) return { ...finding, pointer };
  return { ...finding, pointer, fix: finding.fix.map((operation) => withoutPathPrefix(operation, prefix)) };
}

function withoutPathPrefix(operation: PatchOperation, prefix: string): PatchOperation {
  const path = withoutPrefix(operation.path, prefix);
  return operation.op === 'move'
    ? { ...operation, path, from: withoutPrefix(operation.from, prefix) }
    : { ...operation, path };
}

function withoutPrefix(pointer: string, prefix: string): string {
  if (pointer === prefix) return '';
  return pointer.startsWith(`${prefix}/`) ? pointer.slice(prefix.length) : pointer;
}
