import { Text } from "../json/text";

/**
 * Docker's plugin references, by the grammar of the distribution project:
 * `[domain[:port]/]name[/name…][:tag][@digest]`.
 */

const SLASH: u8 = 0x2f;
const COLON: u8 = 0x3a;
const AT: u8 = 0x40;

/** True when the text can name a driver: a plain name, or a plugin reference where it has `/`, `:` or `@`. */
export function isDriverName(text: Text): bool {
  const isReference = text.indexOf(SLASH) >= 0 || text.indexOf(COLON) >= 0 || text.indexOf(AT) >= 0;
  const walks = text.equals(".") || hasParent(text);
  return !walks && (!isReference || isPluginReference(text));
}

function hasParent(text: Text): bool {
  for (let index = 1; index < text.length; index++) {
    if (text.byteAt(index) == 0x2e && text.byteAt(index - 1) == 0x2e) return true;
  }
  return false;
}

/** True when the text is a plugin reference. */
export function isPluginReference(text: Text): bool {
  let rest = text;
  const at = rest.indexOf(AT);
  if (at >= 0) {
    if (!isDigest(rest.slice(at + 1, rest.length))) return false;
    rest = rest.slice(0, at);
  }
  const lastSlash = lastIndexOf(rest, SLASH);
  const colon = rest.indexOf(COLON, lastSlash + 1);
  if (colon >= 0) {
    if (!isTag(rest.slice(colon + 1, rest.length))) return false;
    rest = rest.slice(0, colon);
  }
  return isRepository(rest);
}

function isRepository(text: Text): bool {
  let from = 0;
  let isFirst = true;
  while (true) {
    let to = text.indexOf(SLASH, from);
    const isLast = to < 0;
    if (isLast) to = text.length;
    const component = text.slice(from, to);
    const isDomain = isFirst && !isLast && looksLikeDomain(component);
    if (isDomain ? !isDomainName(component) : !isName(component)) return false;
    if (isLast) return true;
    isFirst = false;
    from = to + 1;
  }
}

// Docker takes the first component for a domain when it has a dot or a port, or is localhost.
function looksLikeDomain(component: Text): bool {
  return component.indexOf(0x2e) >= 0 || component.indexOf(COLON) >= 0 || component.equals("localhost");
}

function isDomainName(component: Text): bool {
  const colon = component.indexOf(COLON);
  const host = colon < 0 ? component : component.slice(0, colon);
  if (colon >= 0 && !isDigits(component.slice(colon + 1, component.length))) return false;
  let from = 0;
  while (true) {
    let to = host.indexOf(0x2e, from);
    if (to < 0) to = host.length;
    if (!isDomainLabel(host.slice(from, to))) return false;
    if (to == host.length) return true;
    from = to + 1;
  }
}

// Letters, digits and hyphens, a hyphen neither first nor last.
function isDomainLabel(label: Text): bool {
  for (let index = 0; index < label.length; index++) {
    const byte = label.byteAt(index);
    const isEdge = index == 0 || index == label.length - 1;
    if (!isAlphanumeric(byte | 0x20) && (isEdge || byte != 0x2d)) return false;
  }
  return label.length > 0;
}

// Lower-case letters and digits, joined by one dot, one or two underscores, or hyphens.
function isName(component: Text): bool {
  if (component.length == 0) return false;
  let separators = 0;
  for (let index = 0; index < component.length; index++) {
    const byte = component.byteAt(index);
    if (isAlphanumeric(byte)) {
      separators = 0;
      continue;
    }
    if (byte != 0x2e && byte != 0x5f && byte != 0x2d) return false;
    separators++;
    const isRun = separators > 1 && component.byteAt(index - 1) == byte && byte != 0x2e;
    if (index == 0 || (separators > 1 && !isRun) || (byte == 0x5f && separators > 2)) return false;
  }
  return separators == 0;
}

function isTag(text: Text): bool {
  if (text.length == 0 || text.length > 128) return false;
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    const isWord = isAlphanumeric(byte | 0x20) || byte == 0x5f;
    if (!isWord && (index == 0 || (byte != 0x2e && byte != 0x2d))) return false;
  }
  return true;
}

// `algorithm:hex`, at least 32 digits.
function isDigest(text: Text): bool {
  const colon = text.indexOf(COLON);
  if (colon <= 0 || !isName(text.slice(0, colon))) return false;
  const digits = text.slice(colon + 1, text.length);
  for (let index = 0; index < digits.length; index++) {
    const byte = digits.byteAt(index);
    if (!isDigit(byte) && (byte < 0x61 || byte > 0x66)) return false;
  }
  return digits.length >= 32;
}

function isDigits(text: Text): bool {
  for (let index = 0; index < text.length; index++) {
    if (!isDigit(text.byteAt(index))) return false;
  }
  return text.length > 0;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function isAlphanumeric(byte: u8): bool {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x7a);
}

function lastIndexOf(text: Text, byte: u8): i32 {
  for (let index = text.length - 1; index >= 0; index--) {
    if (text.byteAt(index) == byte) return index;
  }
  return -1;
}
