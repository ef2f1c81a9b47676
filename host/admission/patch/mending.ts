import type { PatchOperation } from '../../core/documents.ts';
import type { Checker } from '../checker.ts';
import type { AuthoredDocument } from '../documents/authored-document.ts';
import { documentsOf } from '../documents/read.ts';
import { applyEdits, editsOf } from './edits.ts';

/** Fixes that one file is given at most: as many as it may have findings, for each of its documents. */
const FIXES_MAX = 10_000;

/** A file after its fixes. */
export interface MendedFile {
  /** What the file is to hold; its own bytes when nothing was mended. */
  readonly source: Uint8Array;
  /** How many findings were mended. */
  readonly count: number;
}

interface Fix {
  readonly document: AuthoredDocument;
  readonly patch: readonly PatchOperation[];
  /** The same for the same fix of the same document. */
  readonly key: string;
}

/**
 * Applies the fixes of all findings, one after the other: each is asked for anew once the one before is made, since it
 * may have moved what the next one is about. What the policy excuses is left as it is.
 * @throws {DocumentError} when the file cannot be read as documents
 */
export async function mendFile(checker: Checker, name: string, source: Uint8Array): Promise<MendedFile> {
  const given = new Set<string>();
  let current = source;
  let count = 0;
  while (count < FIXES_MAX) {
    const fix = nextFix(checker, await documentsOf(name, current), given);
    if (fix === null) break;
    given.add(fix.key);
    const edits = await editsOf(fix.document, fix.patch);
    if (edits === null || edits.length === 0) continue;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(current);
    current = Buffer.from(applyEdits(text, edits));
    count += 1;
  }
  return { source: current, count };
}

/** The first fix that was not given yet: one that did not help is not given for ever. */
function nextFix(checker: Checker, documents: readonly AuthoredDocument[], given: ReadonlySet<string>): Fix | null {
  for (const [position, document] of documents.entries()) {
    for (const { fix, exception, code, pointer } of checker.check(document).findings) {
      if (fix === undefined || exception !== undefined) continue;
      const key = JSON.stringify([position, code, pointer, fix]);
      if (!given.has(key)) return { document, patch: fix, key };
    }
  }
  return null;
}
