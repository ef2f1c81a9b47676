import type { Severity, Verdict } from '../../core/index.ts';
import { drawing } from './elements.ts';

/** What a verdict is called on the page. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  allow: 'Allowed',
  warn: 'Allowed with warnings',
  deny: 'Denied',
};

/** What a severity is called on the page. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};

/** The mark of each: forms that differ without their colours. On a square of 16 by 16. */
const MARKS: Readonly<Record<Severity | 'fine' | 'none', { readonly outline: string; readonly sign: string }>> = {
  error: { outline: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z', sign: 'M5.5 5.5l5 5M10.5 5.5l-5 5' },
  warning: { outline: 'M8 1.3l7 13H1z', sign: 'M8 6v4M8 12.2v.1' },
  info: { outline: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', sign: 'M8 7.5v4M8 4.6v.1' },
  fine: { outline: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', sign: 'M4.9 8.3l2.2 2.2 4-4.6' },
  none: { outline: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', sign: 'M4.8 8h6.4' },
};

/** Which mark a verdict has; null: there is no verdict. */
export function markOf(verdict: Verdict | null): keyof typeof MARKS {
  if (verdict === null) return 'none';
  return verdict === 'deny' ? 'error' : verdict === 'warn' ? 'warning' : 'fine';
}

/** Draws a mark; what it says stands beside it as a word, so that a screen reader passes over it. */
export function drawMark(name: keyof typeof MARKS): SVGSVGElement {
  const { outline, sign } = MARKS[name];
  return drawing(
    'svg',
    { class: `mark mark-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    drawing('path', { class: 'mark-outline', d: outline }),
    drawing('path', { class: 'mark-sign', d: sign }),
  );
}

/** `3 errors`, `1 warning`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
