import { createTwoFilesPatch } from 'diff';

import type { Checker } from '../../admission/checker.ts';
import { DocumentError } from '../../admission/documents/document-error.ts';
import { documentsOf } from '../../admission/documents/read.ts';
import { mendFile } from '../../admission/patch/mending.ts';
import { replaceFile } from '../../system/file-replacement.ts';
import { printableLines } from '../../system/printable-text.ts';

/** What `--fix` did with one file. */
export interface FixedFile {
  /** What is checked afterwards: what the file holds now, or would hold. */
  readonly source: Uint8Array;
  readonly count: number;
  /** A unified diff, printable and without secrets; empty when nothing changed or it was written. */
  readonly patch: string;
}

/**
 * Mends one file: writes it, or with `dryRun` says how it would change.
 * @throws {DocumentError} when it cannot be read or written
 */
export async function fixFile(checker: Checker, name: string, source: Uint8Array, dryRun: boolean): Promise<FixedFile> {
  const mended = await mendFile(checker, name, source);
  if (mended.count === 0) return { source, count: 0, patch: '' };
  if (dryRun) return { ...mended, patch: await patchOf(checker, name, source, mended.source) };
  await write(name, mended.source, source);
  return { ...mended, patch: '' };
}

/** The lines are hidden before they are compared, so that no secret stands on either side. */
async function patchOf(checker: Checker, name: string, before: Uint8Array, after: Uint8Array): Promise<string> {
  const [old, mended] = await Promise.all([hiddenText(checker, name, before), hiddenText(checker, name, after)]);
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, old, mended, undefined, undefined, { context: 3 });
  return printableLines(patch.split('\n').slice(1).join('\n')).trimEnd();
}

async function hiddenText(checker: Checker, name: string, source: Uint8Array): Promise<string> {
  const reports = (await documentsOf(name, source)).map((document) =>
    checker.report(document, checker.check(document)),
  );
  const hide = (line: string): string => reports.reduce((text, report) => report.hide(text), line);
  return new TextDecoder().decode(source).split('\n').map(hide).join('\n');
}

async function write(name: string, content: Uint8Array, expected: Uint8Array): Promise<void> {
  try {
    await replaceFile(name, content, expected);
  } catch (cause) {
    throw new DocumentError('cannot write the document', {
      code: 'document-unwritable',
      file: name,
      expected: 'a file that can be replaced, and that nobody else changes meanwhile',
      got: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message,
      advice: 'check the rights on the file and its directory, and run it again',
      cause,
    });
  }
}
