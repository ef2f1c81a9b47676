import { isDeepStrictEqual } from 'node:util';

import type { JsonValue, PatchOperation } from '../../core/documents.ts';
import type { AuthoredDocument } from '../documents/authored-document.ts';
import { applyPatch, PatchError } from './apply.ts';
import type { TextEdit } from './text-edit.ts';

export type { TextEdit } from './text-edit.ts';

/**
 * What a JSON Patch changes in a file, its layout kept: comments, order and quotes stay as the author wrote them.
 *
 * The edited text is read again, and only taken when it means exactly what the patch says.
 * @returns edits in the order of the text, which do not overlap; null when the patch does not fit the document, or only
 *   by changing what other parts of the file share (an anchor of YAML)
 */
export async function editsOf(
  document: AuthoredDocument,
  patch: readonly PatchOperation[],
): Promise<readonly TextEdit[] | null> {
  const text = decode(document.source);
  const wanted = patched(document, patch);
  if (wanted === undefined) return null;
  if (document.format === 'json') {
    const { jsonEdits } = await import('./json-edits.ts');
    const edits = jsonEdits(text, patch);
    return edits !== null && isDeepStrictEqual(parse(applyEdits(text, edits)), wanted) ? edits : null;
  }
  const { yamlEdits } = await import('./yaml-edits.ts');
  return yamlEdits(document, text, patch, wanted);
}

/** Makes the edits; they are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let edited = '';
  let at = 0;
  for (const { offset, length, text: inserted } of edits) {
    edited += text.slice(at, offset) + inserted;
    at = offset + length;
  }
  return edited + text.slice(at);
}

function patched(document: AuthoredDocument, patch: readonly PatchOperation[]): JsonValue | undefined {
  const value = parse(decode(document.json));
  if (value === undefined) return undefined;
  try {
    return applyPatch(value, patch);
  } catch (error) {
    if (error instanceof PatchError) return undefined;
    throw error;
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
