import { stat } from 'node:fs/promises';

import { readFormerReports } from '../../admission/baseline/former-report.ts';
import { openRevision } from '../../admission/baseline/git-revision.ts';
import type { Checker } from '../../admission/checker.ts';
import { isDocumentError } from '../../admission/documents/document-error.ts';
import { DOCUMENT_SIZE_MAX_BYTES, documentsOf } from '../../admission/documents/read.ts';
import type { Context } from '../context.ts';

/** Says what was known of a file. */
export interface Base {
  known(path: string, current: Uint8Array): Promise<ReadonlySet<string>>;
}

/**
 * Opens what `--since` names: a former output when there is such a file, else a revision of git. Its files are
 * checked under the policy of today, so that a change of the policy makes nothing new.
 * @throws {BaselineError} when it is neither
 */
export async function openBase(name: string, checker: Checker, context: Context): Promise<Base> {
  const isFile = await stat(name).then(
    () => true,
    () => false,
  );
  if (isFile) {
    const known = await readFormerReports(name);
    return { known: async () => known };
  }
  const revision = await openRevision(name, context.environment, DOCUMENT_SIZE_MAX_BYTES);
  return {
    async known(path, current) {
      const source = path === '-' ? null : await revision.read(path, current);
      return source === null ? new Set() : fingerprintsOf(checker, path, source);
    },
  };
}

/** What could not be read then was no finding. */
async function fingerprintsOf(checker: Checker, name: string, source: Uint8Array): Promise<ReadonlySet<string>> {
  try {
    const documents = await documentsOf(name, source);
    const reports = documents.map((document) => checker.report(document, checker.check(document)));
    return new Set(reports.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)));
  } catch (error) {
    if (isDocumentError(error)) return new Set();
    throw error;
  }
}
