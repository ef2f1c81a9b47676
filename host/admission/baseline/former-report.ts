import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { readBounded } from '../../system/bounded-read.ts';
import { FINGERPRINT_NAME } from '../reporters/sarif-names.ts';
import { BaselineError } from './baseline-error.ts';

/** A report of a large repository has some MiB. */
const REPORT_SIZE_MAX_BYTES = 64 * 1024 * 1024;

const FINGERPRINT = /^[0-9a-f]{32}$/u;

/**
 * The fingerprints in former outputs: of `json` or `sarif`, in a file or in all `*.json` and `*.sarif` of a folder.
 * @throws {BaselineError} when a file is no such output, or a folder has none
 */
export async function readFormerReports(path: string): Promise<ReadonlySet<string>> {
  const files = (await stat(path)).isDirectory() ? await reportsIn(path) : [path];
  const known = new Set<string>();
  for (const file of files) for (const fingerprint of await fingerprintsIn(file)) known.add(fingerprint);
  return known;
}

async function reportsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.(?:json|sarif)$/u.test(name)).sort();
  if (names.length === 0) throw notAReport(`${folder}, a folder without *.json and *.sarif`);
  return names.map((name) => join(folder, name));
}

async function fingerprintsIn(file: string): Promise<string[]> {
  let report: unknown;
  try {
    const bytes = await readBounded(file, { sizeMaxBytes: REPORT_SIZE_MAX_BYTES, silenceMaxMs: 60_000 });
    report = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw notAReport(`${file}: ${(cause as Error).message}`, cause);
  }
  const found = ourFingerprints(report) ?? sarifFingerprints(report);
  if (found === null) throw notAReport(`${file}, which is JSON of another kind`);
  return found.filter((each) => typeof each === 'string' && FINGERPRINT.test(each)) as string[];
}

/** Those of `-o json`; null when it is no such output. */
function ourFingerprints(report: unknown): unknown[] | null {
  const { documents, policyFindings } = asObject(report);
  if (!Array.isArray(documents) || !Array.isArray(policyFindings)) return null;
  const findings = documents.flatMap((document) => asList(asObject(document).findings));
  return [...policyFindings, ...findings].map((finding) => asObject(finding).fingerprint);
}

/** Those of `-o sarif`; null when it is no SARIF. */
function sarifFingerprints(report: unknown): unknown[] | null {
  const { runs } = asObject(report);
  if (!Array.isArray(runs)) return null;
  return runs
    .flatMap((run) => asList(asObject(run).results))
    .map((result) => asObject(asObject(result).partialFingerprints)[FINGERPRINT_NAME]);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function notAReport(got: string, cause?: unknown): BaselineError {
  return new BaselineError({
    expected: 'an output of `dvdi admit -o json` or `-o sarif`, a folder of them, or a revision of git',
    got,
    advice: 'make one with `dvdi admit -o json=FILE` where the findings are known',
    cause,
  });
}
