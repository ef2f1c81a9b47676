/**
 * Length of a request's first line, in bytes: the header is JSON on one line, what follows the line feed is the
 * document, byte for byte, so that its positions need no translation.
 */
export function headerLength(start: usize, length: i32): i32 {
  for (let index = 0; index < length; index++) {
    if (load<u8>(start + <usize>index) == 0x0a) return index;
  }
  return length;
}
