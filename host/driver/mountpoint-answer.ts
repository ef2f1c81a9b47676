import { printableText } from '../system/printable-text.ts';

/** Linux' limit of a path (PATH_MAX, with its final NUL). */
const PATH_MAX_BYTES = 4095;

/**
 * Why a driver's text cannot be a mountpoint; null when it can. Looks at the text only: what is at the path is another
 * question. A path with a control character is refused, since nobody means it and it would break the line it is sent
 * in.
 */
export function mountpointFault(text: string): string | null {
  if (text === '') return 'expected the path of the mounted volume, got an empty text';
  const shown = JSON.stringify(printableText(text, 200));
  if (/\p{Cc}|\ufffd/u.test(text)) return `expected a path on one line, got ${shown}`;
  if (!text.startsWith('/')) return `expected an absolute path, got ${shown}`;
  if (/^[/.]*$/.test(text)) return `expected a directory of its own, got ${shown}`;
  if (Buffer.byteLength(text) > PATH_MAX_BYTES)
    return `expected a path of at most ${PATH_MAX_BYTES} bytes, got ${shown}`;
  return null;
}
