import { Text } from "./text";

/** Why bytes are not a JSON text that the core reads. */
export const enum JsonError {
  None,
  /** Not RFC 8259. */
  Syntax,
  /** Ended in the middle. */
  End,
  /** Not UTF-8 (RFC 3629): overlong, surrogate, past U+10FFFF, or cut. */
  Encoding,
  /** Nested deeper than DOCUMENT_DEPTH_MAX. */
  Depth,
  /** More than NODES_MAX values. */
  Nodes,
}

/** What was expected where the error is, in words; "" when the error says it all. */
export const enum Expected {
  Nothing,
  Value,
  Key,
  Colon,
  CommaOrBrace,
  CommaOrBracket,
  EndOfDocument,
  Digit,
  Escape,
  HexDigit,
  EscapedControl,
  ClosingQuote,
}

export function expectedText(expected: Expected): Text {
  switch (expected) {
    case Expected.Value: return "a value";
    case Expected.Key: return "a key in double quotes";
    case Expected.Colon: return "':' after the key";
    case Expected.CommaOrBrace: return "',' or '}'";
    case Expected.CommaOrBracket: return "',' or ']'";
    case Expected.EndOfDocument: return "the end of the document";
    case Expected.Digit: return "a digit";
    case Expected.Escape: return 'one of " \\ / b f n r t u after a backslash';
    case Expected.HexDigit: return "four hexadecimal digits after \\u";
    case Expected.EscapedControl: return "no control character inside a string";
    case Expected.ClosingQuote: return "a closing double quote";
    default: return "";
  }
}
