import { printableText } from '../../system/printable-text.ts';
import { mountpointFault } from '../mountpoint-answer.ts';

/**
 * What an executable printed on stdout when it mounted: the mountpoint on one line and nothing else. The original
 * prints its help and exits with 0 when it does not know a flag, so the exit code alone proves nothing.
 *
 * @returns the mountpoint, or why the output is none
 */
export function readMountOutput(stdout: Buffer): { readonly mountpoint: string } | { readonly fault: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(stdout);
  } catch {
    return { fault: 'expected a path in UTF-8 on stdout, got other bytes' };
  }
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lineCount = line.split('\n').length;
  if (lineCount > 1) {
    return { fault: `expected one line on stdout, got ${lineCount}, the first ${quoteLine(line)}` };
  }
  const fault = mountpointFault(line);
  return fault === null ? { mountpoint: line } : { fault };
}

/**
 * What an executable printed on stdout when it was asked for a path: nothing for a volume that is not mounted.
 *
 * @returns the mountpoint or null, or why the output is none
 */
export function readPathOutput(stdout: Buffer): { readonly mountpoint: string | null } | { readonly fault: string } {
  return stdout.length === 0 ? { mountpoint: null } : readMountOutput(stdout);
}

/**
 * What an executable printed on stdout when it listed its volumes: one name a line.
 *
 * @returns the names, in the printable form in which ours shows them, or why the output is none
 */
export function readListOutput(stdout: Buffer): { readonly names: readonly string[] } | { readonly fault: string } {
  const lines = stdout.toString('utf8').split('\n');
  // The help of one that does not know the command, with exit code 0.
  if (lines.some((line) => line.startsWith('Usage:'))) {
    return { fault: `expected the names of volumes on stdout, got ${quoteLine(lines[0] ?? '')}` };
  }
  return { names: lines.filter((line) => line !== '').map((line) => printableText(line)) };
}

/** Why the output of an unmount is none: it prints nothing. Null when it is. */
export function unmountOutputFault(stdout: Buffer): string | null {
  const text = stdout.toString('utf8').trim();
  return text === '' ? null : `expected nothing on stdout, got ${quoteLine(text)}`;
}

/**
 * The end of a log, for an error's text: the last lines that say something.
 * @param redact removes secrets, before the text is cut
 */
export function logExcerpt(stderr: Buffer, redact: (text: string) => string): string {
  const lines = redact(stderr.toString('utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '');
  return printableText(lines.slice(-5).join('; ').slice(-1000));
}

function quoteLine(text: string): string {
  return JSON.stringify(printableText(text.split('\n', 1)[0] ?? '', 200));
}
