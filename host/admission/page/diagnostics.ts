import type { Diagnostic } from '@codemirror/lint';
import type { Finding } from '../../core/index.ts';
import { printableText } from '../../system/printable-text.ts';
import { positionsOf } from './byte-positions.ts';
import { element, quoted } from './elements.ts';
import { SEVERITY_WORDS } from './severity.ts';

/** Part of a text that a finding is about, in UTF-16 units. */
export interface FindingPlace {
  readonly from: number;
  readonly to: number;
}

/** Where findings stand in a text, in their order; null for those without a place. */
export function placesOf(text: string, findings: readonly Finding[]): (FindingPlace | null)[] {
  const edges = findings.flatMap(({ offset, length }) => [offset ?? 0, (offset ?? 0) + (length ?? 0)]);
  const positions = positionsOf(text, edges);
  return findings.map(({ offset }, index) =>
    offset === null ? null : { from: positions[2 * index] ?? 0, to: positions[2 * index + 1] ?? 0 },
  );
}

/** Page and section that explain a finding's code. */
export function explanationOf(code: string): string {
  return `findings.html#${encodeURIComponent(code)}`;
}

/** Findings as CodeMirror shows them: in the gutter, below the text, in a box beside it. */
export function diagnosticsOf(
  text: string,
  findings: readonly Finding[],
  onFix: (finding: Finding) => void,
): Diagnostic[] {
  const places = placesOf(text, findings);
  return findings.flatMap((finding, index) => {
    const place = places[index];
    if (place === null || place === undefined) return [];
    const actions = finding.fix === undefined ? [] : [{ name: 'Apply fix', apply: () => onFix(finding) }];
    return [
      {
        ...place,
        severity: finding.severity,
        message: `${printableText(finding.message)} ${finding.hint}`,
        renderMessage: () => describe(finding),
        actions,
      },
    ];
  });
}

function describe({ code, severity, message, hint, exception }: Finding): HTMLElement {
  const lines = [
    element(
      'div',
      {},
      element('span', { class: 'severity' }, `${SEVERITY_WORDS[severity]}: `),
      quoted(printableText(message)),
    ),
    element('p', {}, hint),
  ];
  if (exception !== undefined) lines.push(element('p', {}, 'Excepted: ', quoted(printableText(exception.reason))));
  lines.push(
    element('p', {}, element('a', { href: explanationOf(code), target: '_blank', rel: 'noopener' }, `About ${code}`)),
  );
  return element('div', {}, ...lines);
}
