import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

import type { Core } from '../../core/index.ts';
import { Checker } from '../checker.ts';
import { documentsOf, readSource } from '../documents/read.ts';
import type { ReportedFinding } from '../report.ts';
import { worstVerdict } from '../verdict.ts';
import { CaseError } from './case-error.ts';
import type { CaseFiles } from './case-files.ts';
import { compareFindings, type Difference } from './comparison.ts';
import { coverableCodes } from './coverage.ts';
import { type Expectation, readExpectation } from './expectation.ts';

/** What came of one case. */
export interface CaseResult extends Difference {
  readonly name: string;
  readonly document: string;
  /** The policy that it ran under; null for the built-in defaults. */
  readonly policy: string | null;
  readonly expected: Expectation;
  readonly verdict: string;
  readonly isOk: boolean;
  /** Codes of all findings that it had. */
  readonly seen: readonly string[];
  /** Codes that its policy can give. */
  readonly coverable: readonly string[];
}

/** What all cases of a run have in common. */
export interface CaseWorld {
  readonly core: Core;
  readonly stdin: Readable;
  /** Under which cases run that have none beside them; null for the built-in defaults. */
  readonly policy: string | null;
  /** For cases that name no time. */
  readonly now: string;
}

/**
 * Runs one case: its document under its policy, against what it expects.
 * @throws {CaseError | DocumentError} when one of its files cannot be read or understood
 */
export async function runCase(files: CaseFiles, world: CaseWorld): Promise<CaseResult> {
  const expectation = await readSource(files.expectation, world.stdin);
  const expected = await readExpectation(expectation.name, expectation.source);
  const own = expected.policy === null ? files.policy : join(dirname(files.expectation), expected.policy);
  const policy = own ?? world.policy;
  const policySource = await configure(world, policy);
  const checker = new Checker(world.core, {
    kind: kindId(world.core, files, expected),
    now: expected.now ?? world.now,
  });
  const { name, source } = await readSource(files.document, world.stdin);
  const reports = (await documentsOf(name, source)).map((document) =>
    checker.report(document, checker.check(document)),
  );
  const findings: ReportedFinding[] = reports.flatMap((report) => report.findings);
  const verdict = worstVerdict(reports.map((report) => report.verdict));
  const difference =
    expected.findings === null ? { missing: [], unexpected: [] } : compareFindings(findings, expected.findings);
  return {
    name: files.name,
    document: name,
    policy,
    expected,
    verdict,
    isOk: verdict === expected.verdict && difference.missing.length === 0 && difference.unexpected.length === 0,
    ...difference,
    seen: findings.map(({ code }) => code),
    coverable: coverableCodes(checker.description.rules, policySource),
  };
}

/** Puts the policy of a case in force; a policy that is refused is no policy to test. */
async function configure({ core, stdin }: CaseWorld, policy: string | null): Promise<Uint8Array | null> {
  const source = policy === null ? null : (await readSource(policy, stdin)).source;
  const { verdict, findings } = core.configure(source ?? new Uint8Array());
  if (verdict !== 'deny') return source;
  const [finding] = findings.filter(({ severity }) => severity === 'error');
  throw new CaseError(policy ?? 'policy', {
    expected: 'a policy that the core takes',
    got: finding === undefined ? 'one that it refuses' : `${finding.message}, line ${finding.line ?? '?'}`,
    advice: finding?.hint ?? '`dvdi admit --policy` says what is wrong with it',
  });
}

function kindId(core: Core, { expectation }: CaseFiles, { kind }: Expectation): number {
  if (kind === null) return 0;
  const { kinds } = core.describe();
  const known = kinds.find(({ name }) => name === kind);
  if (known !== undefined) return known.id;
  const expected = `a kind: ${kinds.map(({ name }) => name).join(', ')}`;
  throw new CaseError(expectation, { expected, got: kind, advice: 'leave kind out: it is then detected' });
}
