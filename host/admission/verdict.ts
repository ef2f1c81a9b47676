import type { Finding, Verdict } from '../core/documents.ts';

const ORDER: readonly Verdict[] = ['allow', 'warn', 'deny'];

/** The worst of several verdicts; `allow` when there is none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const rank = Math.max(0, ...verdicts.map((verdict) => ORDER.indexOf(verdict)));
  return ORDER[rank] ?? 'allow';
}

/** Whether a verdict is at least as bad as another one. */
export function isAtLeast(verdict: Verdict, limit: Verdict): boolean {
  return ORDER.indexOf(verdict) >= ORDER.indexOf(limit);
}

/** The verdict that findings come to when some were left out of view; severities are the core's. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'deny';
  return findings.some(({ severity }) => severity === 'warning') ? 'warn' : 'allow';
}
