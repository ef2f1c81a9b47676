import { Text } from "../json/text";

const SLASH: u8 = 0x2f;

/** Marathon's label: lower-case letters and digits, with hyphens inside. */
export function isLabel(text: Text): bool {
  return isName(text, false);
}

/** Marathon's key of an option: a label, a slash, and a name, which may have capitals and `.`, `_`, `:` inside. */
export function isOptionKey(text: Text): bool {
  const slash = text.indexOf(SLASH);
  return slash > 0 && isLabel(text.slice(0, slash)) && isName(text.slice(slash + 1, text.length), true);
}

function isName(text: Text, isFree: bool): bool {
  const last = text.length - 1;
  for (let index = 0; index <= last; index++) {
    const byte = text.byteAt(index);
    const isLower = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
    if (isLower || (isFree && byte >= 0x41 && byte <= 0x5a)) continue;
    const isInner = byte == 0x2d || (isFree && (byte == 0x2e || byte == 0x5f || byte == 0x3a));
    if (!isInner || index == 0 || index == last) return false;
  }
  return last >= 0;
}
