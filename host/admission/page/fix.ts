import { applyEdits, findNodeAtLocation, getNodeValue, type JSONPath, modify, parseTree } from 'jsonc-parser';

import type { PatchOperation } from '../../core/index.ts';

/** New lines of a document are indented as most are. */
const FORMATTING = { insertSpaces: true, tabSize: 2, eol: '\n' };

/**
 * Carries out a fix in the text itself, so that all of it that is right stays as its author wrote it. An operation
 * whose place is not there changes nothing.
 */
export function applyFix(text: string, operations: readonly PatchOperation[]): string {
  return operations.reduce(applyOperation, text);
}

function applyOperation(text: string, operation: PatchOperation): string {
  if (operation.op === 'remove') return write(text, operation.path, undefined);
  if (operation.op !== 'move') return write(text, operation.path, operation.value);
  const root = parseTree(text);
  const node = root === undefined ? undefined : findNodeAtLocation(root, locationOf(text, operation.from));
  if (node === undefined) return text;
  return write(write(text, operation.from, undefined), operation.path, getNodeValue(node));
}

/** Puts a value to a place, or takes away what is there. */
function write(text: string, pointer: string, value: unknown): string {
  return applyEdits(text, modify(text, locationOf(text, pointer), value, { formattingOptions: FORMATTING }));
}

/** A pointer's steps with indices as numbers where there is a list: the pointer itself does not tell them apart. */
function locationOf(text: string, pointer: string): JSONPath {
  const root = parseTree(text);
  const location: JSONPath = [];
  for (const segment of segmentsOf(pointer)) {
    const parent = root === undefined ? undefined : findNodeAtLocation(root, location);
    location.push(parent?.type === 'array' ? Number(segment) : segment);
  }
  return location;
}

function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
