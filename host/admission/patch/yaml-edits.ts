import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, stringify, visit } from 'yaml';

import type { JsonValue, PatchOperation } from '../../core/documents.ts';
import type { AuthoredDocument } from '../documents/authored-document.ts';
import { isDocumentError } from '../documents/document-error.ts';
import { parseYaml, type YamlDocument, yamlDocuments } from '../documents/yaml-documents.ts';
import type { TextEdit } from './edits.ts';
import { indexOf, segmentsOf } from './json-pointer.ts';
import { differenceOf } from './text-difference.ts';

/**
 * What a JSON Patch changes in a file of YAML. A scalar, a key or a whole line is changed in the text itself; for all
 * else the document is written anew, with its comments. A way is only taken when the file then means what the patch
 * says, in this document and in all others.
 * @param wanted the value of the document once the patch is applied
 */
export function yamlEdits(
  document: AuthoredDocument,
  text: string,
  patch: readonly PatchOperation[],
  wanted: JsonValue,
): readonly TextEdit[] | null {
  const position = (document.index ?? 1) - 1;
  for (const change of [changeText, changeDocument]) {
    let edited: string | null = text;
    for (const operation of patch) edited = edited === null ? null : change(edited, position, operation);
    if (edited !== null && meansOnly(document, edited, position, wanted)) return differenceOf(text, edited);
  }
  return null;
}

/** Whether a text is the file with one of its documents changed to a value. */
function meansOnly(document: AuthoredDocument, text: string, position: number, wanted: JsonValue): boolean {
  const before = yamlDocuments(document.name, document.source);
  try {
    const after = yamlDocuments(document.name, Buffer.from(text));
    return (
      after.length === before.length &&
      after.every(({ json }, index) =>
        index === position
          ? isDeepStrictEqual(JSON.parse(Buffer.from(json).toString()), wanted)
          : Buffer.from(json).equals(before[index]?.json ?? new Uint8Array()),
      )
    );
  } catch (error) {
    if (isDocumentError(error)) return false;
    throw error;
  }
}

/** Changes characters only; null where that is not enough. */
function changeText(text: string, position: number, operation: PatchOperation): string | null {
  const root = parseYaml(text)[position]?.document.contents ?? null;
  const pointer = operation.op === 'move' ? operation.from : operation.path;
  const found = memberAt(root, segmentsOf(pointer));
  if (found === null) return null;
  const { pair, value, parent } = found;
  switch (operation.op) {
    case 'replace':
      return isScalar(value) && isInline(value) && isPlainValue(operation.value)
        ? splice(text, value, written(operation.value, value))
        : null;
    case 'remove':
      return pair === null || !isMap(parent) || parent.flow || parent.items.length === 1
        ? null
        : withoutLines(text, pair, value);
    case 'move': {
      const name = nameBeside(operation.from, operation.path);
      const key = pair?.key;
      if (name === null || !isScalar(key) || !isInline(key)) return null;
      return splice(text, key, written(name, key));
    }
    default:
      return null;
  }
}

interface Member {
  readonly parent: unknown;
  readonly pair: Pair | null;
  readonly value: unknown;
}

/** The value at a place, without going through an alias: what it leads to belongs to others as well. */
function memberAt(root: Node | null, segments: readonly string[]): Member | null {
  let member: Member = { parent: null, pair: null, value: root };
  for (const segment of segments) {
    const parent: unknown = member.value;
    if (isMap(parent)) {
      const pair: Pair | undefined = parent.items.find(({ key }) => isScalar(key) && keyText(key) === segment);
      if (pair === undefined) return null;
      member = { parent, pair, value: pair.value };
    } else if (isSeq(parent)) {
      const index = indexOf(segment);
      if (index === null || index >= parent.items.length) return null;
      member = { parent, pair: null, value: parent.items[index] };
    } else return null;
  }
  return isAlias(member.value) ? null : member;
}

function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

/** The last name of a place that lies beside another one; null when it lies elsewhere. */
function nameBeside(from: string, to: string): string | null {
  const folder = (pointer: string): string => pointer.slice(0, pointer.lastIndexOf('/'));
  return folder(from) === folder(to) ? (segmentsOf(to).at(-1) ?? null) : null;
}

/** Whether a scalar is written on its line, and not as a block below it. */
function isInline({ type }: Scalar): boolean {
  return type === 'PLAIN' || type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}

function isPlainValue(value: JsonValue): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}

/** A scalar in the quotes of the one that it replaces, where they can hold it. */
function written(value: string | number | boolean | null, old: Scalar): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isSimple = /^[ -~]*$/u.test(value);
  if (old.type === 'QUOTE_SINGLE' && isSimple) return `'${value.replaceAll("'", "''")}'`;
  const plain = old.type === 'PLAIN' && isSimple ? stringify(value, { lineWidth: 0 }).trimEnd() : '\n';
  return plain.includes('\n') ? JSON.stringify(value) : plain;
}

function splice(text: string, { range }: Scalar, inserted: string): string | null {
  return range == null ? null : text.slice(0, range[0]) + inserted + text.slice(range[1]);
}

/** The text without the lines of a member, when it has them for itself. */
function withoutLines(text: string, { key }: Pair, value: unknown): string | null {
  const start = (key as Node).range?.[0];
  const end = ((value ?? key) as Node).range?.[2];
  if (start === undefined || end === undefined) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1 || text.length;
  const isAlone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
  return isAlone ? text.slice(0, lineStart) + text.slice(lineEnd) : null;
}

/** Changes the document and writes it anew; null where the place is shared, or not there. */
function changeDocument(text: string, position: number, operation: PatchOperation): string | null {
  const parsed = parseYaml(text)[position];
  if (parsed === undefined || hasAliases(parsed.document)) return null;
  const { document, start } = parsed;
  const path = keysTo(document, operation.op === 'move' ? operation.from : operation.path);
  if (path === null) return null;
  if (operation.op === 'remove') document.deleteIn(path);
  else if (operation.op === 'replace') document.setIn(path, document.createNode(operation.value));
  else if (operation.op === 'add') add(document, operation.path, operation.value);
  else {
    const value = document.getIn(path, true);
    document.deleteIn(path);
    add(document, operation.path, value);
  }
  const [, , end] = document.range;
  const rewritten = document.toString({ lineWidth: 0, indentSeq: /^ +- /mu.test(text) });
  return text.slice(0, start) + rewritten + text.slice(end);
}

function add(document: YamlDocument, pointer: string, value: unknown): void {
  const parentPath = keysTo(document, pointer.slice(0, pointer.lastIndexOf('/'))) ?? [];
  const parent = document.getIn(parentPath, true);
  const name = segmentsOf(pointer).at(-1) ?? '';
  if (isSeq(parent)) parent.items.splice(indexOf(name) ?? parent.items.length, 0, document.createNode(value));
  else document.setIn([...parentPath, name], document.createNode(value));
}

/** The keys to a place as the library wants them: the very node where a key is no text. */
function keysTo(document: YamlDocument, pointer: string): unknown[] | null {
  const path: unknown[] = [];
  let node: unknown = document.contents;
  for (const segment of segmentsOf(pointer)) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && keyText(key) === segment);
      path.push(pair?.key ?? segment);
      node = pair?.value;
    } else if (isSeq(node)) {
      const index = indexOf(segment) ?? node.items.length;
      path.push(index);
      node = node.items[index];
    } else return null;
  }
  return path;
}

function hasAliases(document: YamlDocument): boolean {
  let isFound = false;
  visit(document, {
    Alias() {
      isFound = true;
      return visit.BREAK;
    },
  });
  return isFound;
}
