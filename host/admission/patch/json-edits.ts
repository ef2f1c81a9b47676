import { applyEdits, findNodeAtLocation, type JSONPath, modify, type Node, parseTree } from 'jsonc-parser';

import type { JsonValue, PatchOperation } from '../../core/documents.ts';
import { segmentsOf } from './json-pointer.ts';
import { differenceOf } from './text-difference.ts';
import type { TextEdit } from './text-edit.ts';

/**
 * What a JSON Patch changes in a text of JSON. A member that is renamed keeps its place among the others; what is added
 * is indented as the text is.
 * @returns null when the text has no such place
 */
export function jsonEdits(text: string, patch: readonly PatchOperation[]): readonly TextEdit[] | null {
  let edited = text;
  for (const operation of patch) {
    const next = edit(edited, operation);
    if (next === null) return null;
    edited = next;
  }
  return differenceOf(text, edited);
}

function edit(text: string, operation: PatchOperation): string | null {
  const root = parseTree(text);
  if (root === undefined) return null;
  if (operation.op === 'move') return move(text, root, operation.from, operation.path);
  const path = locate(root, operation.path);
  if (path === null) return null;
  if (operation.op === 'remove') return remove(text, root, path);
  if (operation.op === 'replace') return change(text, path, operation.value);
  return insert(text, root, path, operation.value);
}

function move(text: string, root: Node, from: string, to: string): string | null {
  const renamed = rename(text, root, from, to);
  if (renamed !== null) return renamed;
  const source = locate(root, from);
  const node = source === null ? undefined : findNodeAtLocation(root, source);
  if (source === null || node === undefined) return null;
  const value = JSON.parse(text.slice(node.offset, node.offset + node.length)) as JsonValue;
  const without = remove(text, root, source);
  return without === null ? null : edit(without, { op: 'add', path: to, value });
}

/** A move to another name in the same object, where that name is free: only the key is written anew. */
function rename(text: string, root: Node, from: string, to: string): string | null {
  const fromParts = segmentsOf(from);
  const toParts = segmentsOf(to);
  const name = toParts.at(-1);
  const isBeside = fromParts.length === toParts.length && from !== to;
  if (name === undefined || !isBeside || fromParts.slice(0, -1).join('\0') !== toParts.slice(0, -1).join('\0')) {
    return null;
  }
  const path = locate(root, from);
  const property = path === null ? undefined : findNodeAtLocation(root, path)?.parent;
  const key = property?.type === 'property' ? property.children?.[0] : undefined;
  const isTaken = property?.parent?.children?.some((other) => other.children?.[0]?.value === name) ?? true;
  if (key === undefined || isTaken) return null;
  return splice(text, key.offset, key.offset + key.length, JSON.stringify(name));
}

/** Takes a member or an item away, with its comma and the blanks on one side of it. */
function remove(text: string, root: Node, path: JSONPath): string | null {
  const value = findNodeAtLocation(root, path);
  const node = value?.parent?.type === 'property' ? value.parent : value;
  const siblings = node?.parent?.children;
  if (node === undefined || siblings === undefined) return null;
  const index = siblings.indexOf(node);
  const next = siblings[index + 1];
  const previous = siblings[index - 1];
  if (next !== undefined) return splice(text, node.offset, next.offset, '');
  const start = previous === undefined ? node.offset : previous.offset + previous.length;
  return splice(text, start, node.offset + node.length, '');
}

function change(text: string, path: JSONPath, value: JsonValue): string {
  return applyEdits(text, modify(text, path, value, {}));
}

/** Puts a value into an object or a list, between blanks like those of its neighbours. */
function insert(text: string, root: Node, path: JSONPath, value: JsonValue): string | null {
  const key = path.at(-1);
  const parent = findNodeAtLocation(root, path.slice(0, -1));
  if (key === undefined || parent?.children === undefined) return change(text, path, value);
  const isMember = parent.type === 'object';
  if (isMember && findNodeAtLocation(root, path) !== undefined) return change(text, path, value);
  const last = parent.children.at(-1);
  if (last === undefined) {
    const only = isMember ? `{${JSON.stringify(key)}: ${JSON.stringify(value)}}` : `[${JSON.stringify(value)}]`;
    return splice(text, parent.offset, parent.offset + parent.length, only);
  }
  const blanks = /\s*$/u.exec(text.slice(parent.offset, last.offset))?.[0] ?? '';
  const written = writtenAs(value, blanks, text);
  const end = last.offset + last.length;
  if (isMember) return splice(text, end, end, `,${blanks}${JSON.stringify(key)}: ${written}`);
  const next = key === -1 ? undefined : parent.children[Number(key)];
  if (next !== undefined) return splice(text, next.offset, next.offset, `${written},${blanks}`);
  return splice(text, end, end, `,${blanks}${written}`);
}

/** A value on one line among values on one line, else indented as the text is. */
function writtenAs(value: JsonValue, blanks: string, text: string): string {
  const indent = /\n([ \t]*)$/u.exec(blanks)?.[1];
  if (indent === undefined) return JSON.stringify(value);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return JSON.stringify(value, null, indentationOf(text)).replaceAll('\n', `${lineEnd}${indent}`);
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** The steps to a place as the parser wants them: a number where the text has a list. */
function locate(root: Node, pointer: string): JSONPath | null {
  const path: (string | number)[] = [];
  for (const segment of segmentsOf(pointer)) {
    const parent = path.length === 0 ? root : findNodeAtLocation(root, path);
    if (parent?.type === 'array') path.push(segment === '-' ? -1 : Number(segment));
    else if (parent?.type === 'object') path.push(segment);
    else return null;
  }
  return path;
}

/** What the first indented line is indented by. */
function indentationOf(text: string): string {
  return /^([ \t]+)\S/mu.exec(text)?.[1] ?? '  ';
}
