import type { Finding } from '../../core/index.ts';
import { printableText } from '../../system/printable-text.ts';
import { explanationOf } from './diagnostics.ts';
import { button, byId, type Child, element, quoted } from './elements.ts';
import { drawMark, SEVERITY_WORDS } from './severity.ts';

/** What a click on a finding does. */
export interface FindingActs {
  onJump(finding: Finding): void;
  onFix(finding: Finding): void;
}

const SUBJECTS: Readonly<Record<Finding['in'], string>> = {
  document: 'Document',
  policy: 'Policy',
  request: 'Request of this page',
};

/** Lists findings in the core's order. */
export function showFindings(findings: readonly Finding[], leftOut: number, acts: FindingActs): void {
  const list = byId('findings', HTMLElement);
  if (findings.length === 0) {
    list.replaceChildren(element('p', { class: 'empty' }, 'Nothing to find fault with.'));
    return;
  }
  const items = findings.map((finding) => itemOf(finding, acts));
  const more = leftOut > 0 ? [element('p', { class: 'empty' }, `${leftOut} more were left out.`)] : [];
  list.replaceChildren(element('ul', { class: 'findings' }, ...items), ...more);
}

function itemOf(finding: Finding, acts: FindingActs): HTMLElement {
  const { code, severity, message, hint, exception } = finding;
  const lines: Child[] = [
    element(
      'p',
      { class: 'finding-head' },
      drawMark(severity),
      element('strong', {}, SEVERITY_WORDS[severity]),
      placeOf(finding, acts),
    ),
    element('p', { class: 'finding-message' }, quoted(printableText(message))),
    element('p', { class: 'finding-hint' }, hint),
  ];
  if (exception !== undefined) lines.push(exceptionOf(exception));
  const explanation = element('a', { href: explanationOf(code), target: '_blank', rel: 'noopener' }, code);
  const links: Child[] = [explanation];
  if (finding.fix !== undefined) {
    links.unshift(button('Apply fix', { class: 'small', 'data-fix': code }, () => acts.onFix(finding)));
  }
  lines.push(element('p', { class: 'finding-links' }, ...links));
  return element('li', { class: `finding finding-${severity}`, 'data-code': code }, ...lines);
}

function placeOf(finding: Finding, { onJump }: FindingActs): HTMLElement {
  const subject = SUBJECTS[finding.in];
  if (finding.line === null || finding.in === 'request') return element('span', { class: 'finding-place' }, subject);
  const place = `${subject}, line ${finding.line}, column ${finding.column}`;
  return button(place, { class: 'link finding-place' }, () => onJump(finding));
}

function exceptionOf({ reason, expires }: NonNullable<Finding['exception']>): HTMLElement {
  const until = expires === null ? '' : ` (until ${expires})`;
  return element(
    'p',
    { class: 'finding-hint' },
    'Excepted by the policy: ',
    quoted(printableText(reason)),
    printableText(until),
  );
}
