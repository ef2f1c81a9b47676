import type { Palette } from '../../system/palette.ts';
import { printableText } from '../../system/printable-text.ts';
import type { Check, CheckLevel } from '../doctor/check.ts';

function mark(level: CheckLevel, palette: Palette): string {
  if (level === 'ok') return palette.good('ok     ');
  return level === 'note' ? palette.warning('note   ') : palette.bad('missing');
}

/** The checks for a person to read, and what they come to. */
export function renderChecks(checks: readonly Check[], palette: Palette): string {
  const lines = checks.flatMap((item) => [
    `${mark(item.level, palette)}  ${palette.strong(printableText(item.title))}: ${printableText(item.found)}`,
    ...(item.remedy === null ? [] : [`         to do: ${printableText(item.remedy)}`]),
  ]);
  const missing = checks.filter(({ level }) => level === 'missing').length;
  const notes = checks.filter(({ level }) => level === 'note').length;
  const sum =
    missing === 0
      ? palette.good('tasks with volumes can be run here')
      : palette.bad(`tasks with volumes cannot be run here: ${missing} missing`);
  return [...lines, `${sum}${notes === 0 ? '' : `, ${notes} noted`}`].join('\n');
}
