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
  return change(text, path, operation.op === 'remove' ? undefined : operation.value, operation.op === 'add');
}

function move(text: string, root: Node, from: string, to: string): string | null {
  const renamed = rename(text, root, from, to);
  if (renamed !== null) return renamed;
  const source = locate(root, from);
  const node = source === null ? undefined : findNodeAtLocation(root, source);
  if (source === null || node === undefined) return null;
  const value = JSON.parse(text.slice(node.offset, node.offset + node.length)) as JsonValue;
  const without = change(text, source, undefined, false);
  return edit(without, { op: 'add', path: to, value });
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
  return text.slice(0, key.offset) + JSON.stringify(name) + text.slice(key.offset + key.length);
}

function change(text: string, path: JSONPath, value: JsonValue | undefined, isInsertion: boolean): string {
  const edits = modify(text, path, value, {
    formattingOptions: { ...indentationOf(text), eol: text.includes('\r\n') ? '\r\n' : '\n' },
    isArrayInsertion: isInsertion && typeof path.at(-1) === 'number',
  });
  return applyEdits(text, edits);
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
function indentationOf(text: string): { insertSpaces: boolean; tabSize: number } {
  const indent = /^([ \t]+)\S/mu.exec(text)?.[1] ?? '  ';
  return indent.startsWith('\t') ? { insertSpaces: false, tabSize: 1 } : { insertSpaces: true, tabSize: indent.length };
}
