import type { Stats } from 'node:fs';
import { glob, lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { DocumentError, isDocumentError } from './document-error.ts';

/** What a folder is searched for; a file that is named itself may have any ending. */
const DOCUMENT_ENDING = /\.(?:json|ya?ml)$/u;

const GLOB_CHARACTERS = /[*?[{]/u;

/** A folder deeper than this is no folder of documents. */
const DEPTH_MAX = 64;

/** Paths of documents, and what was asked for and is not there. */
export interface FoundPaths {
  /** In the order of the operands, a folder's own sorted; no file twice. */
  readonly paths: readonly string[];
  readonly failures: readonly DocumentError[];
}

/**
 * Finds the files that operands of a command line name: files, folders (all `*.json`, `*.yaml` and `*.yml` below, but
 * nothing hidden, no `node_modules` and nothing behind a link), patterns (`apps/*.json`, with `**` for any folders),
 * and `-`.
 */
export async function findDocuments(operands: readonly string[]): Promise<FoundPaths> {
  const paths = new Map<string, string>();
  const failures: DocumentError[] = [];
  for (const operand of operands) {
    try {
      for (const path of await pathsOf(operand)) {
        const key = path === '-' ? path : resolve(path);
        if (!paths.has(key)) paths.set(key, path);
      }
    } catch (error) {
      failures.push(isDocumentError(error) ? error : unreadable(operand, error));
    }
  }
  return { paths: [...paths.values()], failures };
}

async function pathsOf(operand: string): Promise<readonly string[]> {
  if (operand === '-') return [operand];
  const status = await statOrNull(operand);
  if (status === null) {
    if (!GLOB_CHARACTERS.test(operand)) throw missing(operand, 'a file, a folder, a pattern, or - for standard input');
    return await matchesOf(operand);
  }
  if (!status.isDirectory()) return [operand];
  const found = await documentsBelow(operand, 0);
  if (found.length === 0) throw missing(operand, 'a folder with *.json, *.yaml or *.yml files below it');
  return found;
}

/** What is at a path; null when nothing is. */
async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

async function matchesOf(pattern: string): Promise<readonly string[]> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) {
    const status = await stat(match).catch(() => null);
    if (status === null) continue;
    if (status.isDirectory()) {
      // `apps/**` names the folders as well; their files come by themselves.
      if (!pattern.endsWith('**')) matches.push(...(await documentsBelow(match, 0)));
    } else if (DOCUMENT_ENDING.test(match) || !pattern.endsWith('*')) matches.push(match);
  }
  if (matches.length === 0) throw missing(pattern, 'a pattern that some file fits');
  return matches.sort(byCodePoints);
}

async function documentsBelow(folder: string, depth: number): Promise<string[]> {
  if (depth > DEPTH_MAX) throw unreadable(folder, new Error(`more than ${DEPTH_MAX} folders inside of each other`));
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) =>
    byCodePoints(one.name, other.name),
  );
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') found.push(...(await documentsBelow(path, depth + 1)));
    } else if (DOCUMENT_ENDING.test(entry.name) && (entry.isFile() || (await isLinkToFile(path)))) found.push(path);
  }
  return found;
}

async function isLinkToFile(path: string): Promise<boolean> {
  const isLink = (await lstat(path)).isSymbolicLink();
  return isLink && ((await stat(path).catch(() => null))?.isFile() ?? false);
}

function byCodePoints(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function missing(operand: string, expected: string): DocumentError {
  return new DocumentError('there is no document', {
    code: 'document-missing',
    file: operand,
    expected,
    got: `${operand}, which leads to none`,
    advice: 'check the path; quote a pattern that the shell shall not expand',
  });
}

function unreadable(operand: string, cause: unknown): DocumentError {
  const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new DocumentError('cannot look for documents', {
    code: 'document-unreadable',
    file: operand,
    expected: 'a file or folder that may be read',
    got: `${operand}: ${reason}`,
    advice: 'check the rights on it and on the folders above',
    cause,
  });
}
