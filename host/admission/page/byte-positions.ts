/**
 * Where byte offsets of a text's UTF-8 are in the text itself: the core counts bytes, an editor UTF-16 units.
 * @param offsets in bytes, in any order; one inside of a character means its start, one past the end the end
 * @returns the positions in UTF-16 units, in the order of the offsets
 */
export function positionsOf(text: string, offsets: readonly number[]): number[] {
  const order = [...offsets.keys()].sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  const positions = new Array<number>(offsets.length).fill(0);
  let bytes = 0;
  let position = 0;
  for (const index of order) {
    const offset = offsets[index] ?? 0;
    while (position < text.length) {
      const size = sizeAt(text, position);
      if (bytes + size.bytes > offset) break;
      bytes += size.bytes;
      position += size.units;
    }
    positions[index] = position;
  }
  return positions;
}

/** How many bytes and UTF-16 units the character at a position takes; half of a pair becomes U+FFFD, three bytes. */
function sizeAt(text: string, position: number): { readonly bytes: number; readonly units: number } {
  const code = text.codePointAt(position) ?? 0;
  if (code < 0x80) return { bytes: 1, units: 1 };
  if (code < 0x800) return { bytes: 2, units: 1 };
  if (code < 0x1_0000) return { bytes: 3, units: 1 };
  return { bytes: 4, units: 2 };
}
