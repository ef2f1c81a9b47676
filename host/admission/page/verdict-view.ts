import type { Finding } from '../../core/index.ts';
import type { Check } from './checking.ts';
import { byId } from './elements.ts';
import { counted, drawMark, markOf, SEVERITY_WORDS, VERDICT_WORDS } from './severity.ts';

/** Says the verdict: a mark, a word, and how many findings of each severity there are. */
export function showVerdict({ configuration, admission }: Check): void {
  if (admission === null) {
    show('none', 'No verdict', `The policy is not valid: ${summaryOf(configuration.findings, 0)}`, '');
    return;
  }
  const findings = [...configuration.findings, ...admission.findings];
  const leftOut = (configuration.findingsLeftOut ?? 0) + (admission.findingsLeftOut ?? 0);
  const word = VERDICT_WORDS[admission.verdict];
  const detected = `${admission.kind}: ${admission.detected}`;
  show(markOf(admission.verdict), word, summaryOf(findings, leftOut), detected);
}

/** Says that there is no verdict, and why. */
export function showNoVerdict(reason: string): void {
  show('none', 'No verdict', reason, '');
}

function show(mark: Parameters<typeof drawMark>[0], word: string, summary: string, detected: string): void {
  const panel = byId('verdict', HTMLElement);
  panel.dataset.mark = mark;
  byId('verdict-mark', HTMLElement).replaceChildren(drawMark(mark));
  // A live region: what is the same again is not written again, or it would be read again.
  setText('verdict-word', word);
  setText('verdict-summary', summary);
  setText('verdict-detected', detected);
}

function setText(id: string, text: string): void {
  const place = byId(id, HTMLElement);
  if (place.textContent !== text) place.textContent = text;
}

function summaryOf(findings: readonly Finding[], leftOut: number): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, SEVERITY_WORDS[severity].toLowerCase())];
  });
  if (leftOut > 0) parts.push(`${leftOut} more left out`);
  return parts.length === 0 ? 'No findings' : parts.join(', ');
}
