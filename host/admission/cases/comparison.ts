import type { ReportedFinding } from '../report.ts';
import type { ExpectedFinding } from './expectation.ts';

/** Where findings differ from what was expected. */
export interface Difference {
  readonly missing: readonly ExpectedFinding[];
  readonly unexpected: readonly ReportedFinding[];
}

/**
 * Pairs findings with what was expected, each once; expectations that say more choose first. A remark that was not
 * expected is no difference: what only the agent can know is said of every document.
 */
export function compareFindings(
  findings: readonly ReportedFinding[],
  expected: readonly ExpectedFinding[],
): Difference {
  const left = [...findings];
  const missing: ExpectedFinding[] = [];
  for (const wanted of [...expected].sort((one, other) => detailOf(other) - detailOf(one))) {
    const index = left.findIndex((finding) => fits(finding, wanted));
    if (index < 0) missing.push(wanted);
    else left.splice(index, 1);
  }
  return { missing, unexpected: left.filter(({ severity }) => severity !== 'info') };
}

function detailOf(wanted: ExpectedFinding): number {
  return Object.keys(wanted).length;
}

function fits(finding: ReportedFinding, { code, severity, pointer, line }: ExpectedFinding): boolean {
  return (
    finding.code === code &&
    (severity === undefined || finding.severity === severity) &&
    (pointer === undefined || finding.pointer === pointer) &&
    (line === undefined || finding.line === line)
  );
}
