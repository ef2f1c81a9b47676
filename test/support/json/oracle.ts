/** What V8 makes of a text: its value, or nothing when it is not JSON in strict UTF-8. */
export type Verdict = { readonly value: unknown } | null;

// `ignoreBOM` keeps a byte order mark as a character, which JSON.parse then refuses.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads bytes with `TextDecoder` and `JSON.parse`. */
export function readWithV8(text: Uint8Array): Verdict {
  try {
    return { value: JSON.parse(strict.decode(text)) };
  } catch (error) {
    if (error instanceof SyntaxError || isDecodingError(error)) return null;
    // Whatever else is thrown is a fault of the test.
    throw error;
  }
}

/** By its code: the decoder's TypeError is not the one of jest's sandbox. */
function isDecodingError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}

/**
 * 1-based line, and column in UTF-16 units, of a byte offset; counted in JavaScript's own characters.
 * What is not UTF-8 after the offset does not matter.
 */
export function lineAndColumn(text: Uint8Array, offset: number): { line: number; column: number } {
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(0, offset)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
