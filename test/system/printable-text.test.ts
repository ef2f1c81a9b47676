import fc from 'fast-check';
import { printableLines, printableText } from '../../host/system/printable-text.ts';

describe('printableText', () => {
  test.each([
    ['plain text', 'size=5,iops=150 /var/lib', 'size=5,iops=150 /var/lib'],
    ['letters of other scripts', 'größe объём 大小 😀', 'größe объём 大小 😀'],
    ['a backslash', 'C:\\temp', 'C:\\temp'],
    ['line feed, carriage return, tab', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['an escape sequence', '\u001b[2J\u001b]0;title\u0007', '\\x1b[2J\\x1b]0;title\\x07'],
    ['NUL, DEL and C1', '\0\u007f\u009b31m', '\\x00\\x7f\\x9b31m'],
    ['bidirectional override and isolate', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['zero widths and a byte order mark', 'a\u200bb\u200dc\ufeffd', 'a\\u200bb\\u200dc\\ufeffd'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['blanks that are not the space', 'a\u00a0b\u3000c\u2800d\u3164e', 'a\\xa0b\\u3000c\\u2800d\\u3164e'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['tag characters beyond the first plane', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['private use', '\ue000', '\\ue000'],
  ])('%s', (_title, text, expected) => {
    expect(printableText(text)).toBe(expected);
  });

  test('counts what it leaves out', () => {
    expect(printableText('abcdef', 6)).toBe('abcdef');
    expect(printableText('abcdefg', 6)).toBe('abcdef… (1 more characters)');
  });

  test('a surrogate pair that is cut in two is shown as an escape', () => {
    expect(printableText('a😀', 2)).toBe('a\\ud83d… (1 more characters)');
  });

  test('never lets a control, format or separator character through, and is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const printed = printableText(text);
        expect(printed).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(printableText(printed)).toBe(printed);
      }),
    );
  });
});

test('printableLines keeps line feeds and escapes the rest', () => {
  expect(printableLines('a\u001bb\r\nc')).toBe('a\\x1bb\\r\nc');
});
