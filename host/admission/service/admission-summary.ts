import type { Admission } from '../../core/documents.ts';
import type { AdmissionSummary } from './worker-messages.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What an answer of the core says of itself; the hashes are for the caller to add. */
export function summarize(answer: Uint8Array): Omit<AdmissionSummary, 'documentSha256' | 'policySha256'> {
  const { kind, verdict, findings, findingsLeftOut } = JSON.parse(decoder.decode(answer)) as Admission;
  const codes: Record<string, number> = {};
  for (const { code } of findings) codes[code] = (codes[code] ?? 0) + 1;
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    kind,
    verdict,
    codes,
    errorCodes: [...new Set(errors.map(({ code }) => code))],
    isCut: (findingsLeftOut ?? 0) > 0,
  };
}
