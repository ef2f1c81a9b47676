/**
 * Everything that a terminal, or the eye, would take for something else than a character: control characters (C0, C1,
 * DEL: escape sequences and moved cursors), format characters (bidirectional overrides and isolates, zero widths,
 * tags), lone surrogates, private and unassigned code points, line and paragraph separators, every blank but the plain
 * space, and what Unicode lets a renderer leave out.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Nothing to escape: the usual case, found without the tables of Unicode, which take 2 ms to set up. */
const PLAIN = /^[ -~]*$/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * Makes untrusted text fit for a terminal or a log line: one line, every character visible, nothing reordered.
 *
 * What is not printable becomes `\n`, `\x1b`, `\u202e` or `\u{e0001}`. A backslash stays as it is, so that the function
 * can be applied twice without harm; the result is for reading and not for decoding.
 *
 * @param text any string, also one with lone surrogates
 * @param lengthMax number of UTF-16 code units of `text` that are shown; what is left out is counted at the end
 */
export function printableText(text: string, lengthMax: number = Number.POSITIVE_INFINITY): string {
  if (text.length <= lengthMax && PLAIN.test(text)) return text;
  if (text.length <= lengthMax) return text.replace(UNPRINTABLE, escapeCharacter);
  const kept = text.slice(0, lengthMax).replace(UNPRINTABLE, escapeCharacter);
  return `${kept}… (${text.length - lengthMax} more characters)`;
}

/** Like {@link printableText}, but line feeds stay, for text that is meant to have several lines. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printableText(line))
    .join('\n');
}

/**
 * A JSON document on one line that a terminal can be given: what is not printable stands as `\uXXXX`, so that the
 * document means the same to a parser.
 */
export function printableJson(value: unknown): string {
  return escapeUnprintable(JSON.stringify(value));
}

/** The same for a text of JSON on one line: there, only strings have characters that are not printable. */
export function escapeUnprintable(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A JSON document for people to read too, on several lines, as safe for a terminal as {@link printableJson}. */
export function printableJsonLines(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(escapeUnprintable).join('\n');
}
