/**
 * The absolute id that a text names, as Marathon resolves it: a leading slash is the root, anything else is under
 * `base`; `.` and `..` walk; empty segments do not count. The root is `/`.
 */
export function absoluteId(text: string, base = '/'): string {
  const segments: string[] = [];
  for (const segment of `${text.startsWith('/') ? '' : base}/${text}`.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
