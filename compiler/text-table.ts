const encoder = new TextEncoder();

/** Where the texts of a table are: its bytes, and for each number the place in them. Offsets and lengths in bytes. */
export interface TextLayout {
  readonly bytes: Uint8Array;
  readonly places: readonly { readonly offset: number; readonly length: number }[];
}

/**
 * The text literals of a program, numbered, as one run of UTF-8 bytes. A text that stands inside of another one takes
 * no room of its own.
 */
export class TextTable {
  readonly #numbers = new Map<string, number>();

  /** How many different texts there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /**
   * Number of a text, the same for the same text.
   * @throws {RangeError} for a lone surrogate, which has no UTF-8 form
   */
  numberOf(text: string): number {
    if (!text.isWellFormed()) throw new RangeError(`expected text with a UTF-8 form, got ${JSON.stringify(text)}`);
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  /** The same for the same texts in the same order. */
  layOut(): TextLayout {
    const texts = [...this.#numbers.keys()];
    let all = '';
    // The longest first: what can hold another text is there before it.
    for (const text of texts.toSorted((a, b) => b.length - a.length)) if (!all.includes(text)) all += text;
    const places = texts.map((text) => ({
      offset: byteLength(all.slice(0, all.indexOf(text))),
      length: byteLength(text),
    }));
    return { bytes: encoder.encode(all), places };
  }
}

function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
