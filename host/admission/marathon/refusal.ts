import type { Admission, Finding, Verdict } from '../../core/documents.ts';
import type { Judgement } from './judgement.ts';
import { marathonPath } from './marathon-path.ts';
import type { MarathonProxyOptions } from './proxy-options.ts';

/** Whether an admission refuses the request, under the mode and the mode of each rule. */
export function refusesWith({ mode, isEnforced }: Pick<MarathonProxyOptions, 'mode' | 'isEnforced'>) {
  return ({ verdict, findings, findingsLeftOut = 0 }: Admission): boolean => {
    if (mode === 'monitor' || verdict !== 'deny') return false;
    const errors = findings.filter(({ severity }) => severity === 'error');
    // A finding that was left out of the answer, or that is not shown as an error, is taken for an enforced one.
    return findingsLeftOut > 0 || errors.length === 0 || errors.some(({ code }) => isEnforced?.(code) ?? true);
  };
}

/** The worst of several verdicts. */
export function worstVerdict(judgements: readonly Judgement[]): Verdict {
  const verdicts = judgements.map(({ admission }) => admission.verdict);
  return verdicts.includes('deny') ? 'deny' : verdicts.includes('warn') ? 'warn' : 'allow';
}

/** The codes of all findings, each once, in the order of their first appearance. */
export function codesOf(judgements: readonly Judgement[]): string[] {
  return [...new Set(judgements.flatMap(({ admission }) => admission.findings.map(({ code }) => code)))];
}

/** The body of a refusal. */
export interface Refusal {
  readonly message: string;
  readonly details: readonly { readonly path: string; readonly errors: readonly string[] }[];
  readonly dvdi: Admission & { readonly judged: string };
}

/**
 * A refusal as Marathon writes its own (422), so that its clients show it, with the whole admission beside it. Each
 * detail is a place with the errors found there, in the order of the findings.
 */
export function refusalOf({ judged, admission }: Judgement): Refusal {
  const byPath = new Map<string, string[]>();
  for (const finding of admission.findings.filter(({ severity }) => severity === 'error')) {
    const path = marathonPath(finding.in === 'document' ? finding.pointer : null);
    byPath.set(path, [...(byPath.get(path) ?? []), errorText(finding)]);
  }
  return {
    message: 'Object is not valid',
    details: [...byPath].map(([path, errors]) => ({ path, errors })),
    dvdi: { ...admission, judged },
  };
}

function errorText({ message, code }: Finding): string {
  return `${message} (${code})`;
}

/** Headers of the answer to a request that was judged and forwarded, for whoever reads Marathon's answer. */
export function verdictHeaders(judgements: readonly Judgement[]): string[] {
  const verdict = worstVerdict(judgements);
  if (verdict === 'allow') return [];
  return ['dvdi-verdict', verdict, 'dvdi-findings', codesOf(judgements).join(',')];
}

/** Headers of the answer to a request that was forwarded without a verdict. */
export function unjudgedHeaders(reason: string): string[] {
  return ['dvdi-verdict', 'unknown', 'dvdi-failure', reason];
}
