import { QUOTE_MAX_BYTES } from "../limits";
import { decimal } from "../json/digits";
import { Text } from "../json/text";

/** A text of the user's inside a message: in single quotes, cut at a character when it is long. */
export function quote(text: Text): Text {
  if (text.length <= QUOTE_MAX_BYTES) return "'" + text + "'";
  let to = QUOTE_MAX_BYTES;
  while (to > 0 && (text.byteAt(to) & 0xc0) == 0x80) to--;
  return "'" + text.slice(0, to) + "…' (" + decimal(text.length) + " bytes)";
}
