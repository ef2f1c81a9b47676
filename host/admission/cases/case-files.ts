import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { findDocuments } from '../documents/paths.ts';
import { CaseError } from './case-error.ts';

/** The files of one case, and the policy that lies beside it. */
export interface CaseFiles {
  /** The expectation without its ending: `cases/size/too-large`. */
  readonly name: string;
  readonly document: string;
  readonly expectation: string;
  /** `policy.json` of its folder, or of the nearest above it within what was asked for; null when there is none. */
  readonly policy: string | null;
}

const EXPECTATION = /\.expect\.(?:json|ya?ml)$/u;
const ENDING = /\.(?:json|ya?ml)$/u;
const POLICY = 'policy.json';

/**
 * Finds the cases below folders: `NAME.expect.yaml` (or `.json`) is what is expected of `NAME.json` or `NAME.yaml`.
 * @throws {CaseError} for a document without an expectation, which nobody would miss otherwise, and the reverse
 */
export async function findCases(operands: readonly string[]): Promise<readonly CaseFiles[]> {
  const found = await findDocuments(operands);
  const [failure] = found.failures;
  if (failure !== undefined) throw failure;
  const expectations = found.paths.filter((path) => EXPECTATION.test(path));
  const documents = found.paths.filter((path) => !EXPECTATION.test(path) && basename(path) !== POLICY);
  const byName = Map.groupBy(documents, (path) => path.replace(ENDING, ''));
  const roots = await rootsOf(operands);
  const cases: CaseFiles[] = [];
  for (const expectation of expectations) {
    const name = expectation.replace(EXPECTATION, '');
    const [document, ...more] = byName.get(name) ?? [];
    if (document === undefined || more.length > 0) {
      const got = document === undefined ? 'none' : [document, ...more].join(', ');
      const expected = `one document beside it: ${basename(name)}.json, .yaml or .yml`;
      throw new CaseError(expectation, { expected, got, advice: 'a document for each expectation' });
    }
    byName.delete(name);
    cases.push({ name, document, expectation, policy: await policyOf(dirname(document), roots) });
  }
  const [stray] = [...byName.values()].flat();
  if (stray !== undefined) {
    const expected = `${basename(stray).replace(ENDING, '')}.expect.yaml or .json beside it`;
    throw new CaseError(stray, { expected, got: 'none', advice: 'say what is expected of it, or move it elsewhere' });
  }
  if (cases.length === 0) {
    const expected = 'a folder with *.expect.yaml or *.expect.json files';
    throw new CaseError(operands.join(' '), { expected, got: 'none', advice: 'docs/admit.md has an example' });
  }
  return cases;
}

/** The folders that were asked for: above them no policy is looked for. */
async function rootsOf(operands: readonly string[]): Promise<ReadonlySet<string>> {
  const roots = new Set<string>();
  for (const operand of operands) {
    const isFolder = await stat(operand).then(
      (status) => status.isDirectory(),
      () => false,
    );
    roots.add(resolve(isFolder ? operand : dirname(operand)));
  }
  return roots;
}

async function policyOf(folder: string, roots: ReadonlySet<string>): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, POLICY);
    const isThere = await stat(candidate).then(
      (status) => status.isFile(),
      () => false,
    );
    if (isThere) return candidate;
    if (roots.has(resolve(at)) || dirname(at) === at) return null;
  }
}
