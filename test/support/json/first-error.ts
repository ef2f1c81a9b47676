/** Where and how a text stops being the beginning of a JSON text. */
export interface FirstError {
  readonly kind: 'syntax' | 'end' | 'encoding';
  /** Offset in bytes of the first byte at fault; of a bad UTF-8 sequence, of its first byte. */
  readonly offset: number;
}

/** What may come next outside of a token: RFC 8259's grammar as an automaton with a stack of open brackets. */
type Expectation = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Any beginning of a number: every part may be missing at the end. */
const NUMBER_BEGINNING = /-?(?:(?:0|[1-9]\d*)(?:\.(?:\d+(?:[eE](?:[+-]?\d*)?)?)?|[eE](?:[+-]?\d*)?)?)?/y;
const SPACE = /[ \t\n\r]*/y;
const LITERALS = ['true', 'false', 'null'];

/**
 * Finds the first error of a text, or null when it is JSON. Written apart from the core, on characters instead of bytes
 * and with regular expressions, to check the positions that the core reports. UTF-8 is looked at byte by byte with
 * `TextDecoder`, so the sooner of a bad sequence and a bad character counts.
 */
export function firstError(text: Uint8Array): FirstError | null {
  const encodingAt = firstBadSequence(text);
  const good = encodingAt === null ? text : text.subarray(0, encodingAt);
  const characters = new TextDecoder('utf-8', { ignoreBOM: true }).decode(good);
  const scanner = new Scanner(characters);
  const at = scanner.scan();
  if (at === null) {
    if (encodingAt === null) return null;
    return { kind: 'syntax', offset: encodingAt };
  }
  const offset = new TextEncoder().encode(characters.slice(0, at)).length;
  if (at < characters.length) return { kind: 'syntax', offset };
  if (encodingAt === null) return { kind: 'end', offset };
  // The text is fine up to the bad sequence. Inside a string it is the encoding that is wrong; elsewhere any byte would
  // be.
  return { kind: scanner.endedInString ? 'encoding' : 'syntax', offset };
}

/** Offset of the first byte that begins no UTF-8 sequence, or null. */
function firstBadSequence(text: Uint8Array): number | null {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let at = 0; at < text.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => at + size <= text.length && decodes(strict, text.subarray(at, at + size)),
    );
    if (length === undefined) return at;
    at += length;
  }
  return null;
}

function decodes(strict: TextDecoder, bytes: Uint8Array): boolean {
  try {
    return [...strict.decode(bytes)].length === 1;
  } catch {
    return false;
  }
}

/** Whether a character stands for itself inside a string. */
function isPlain(character: string | undefined): boolean {
  return character !== undefined && character >= ' ' && character !== '"' && character !== '\\';
}

class Scanner {
  readonly #text: string;
  readonly #open: ('{' | '[')[] = [];
  #at = 0;
  endedInString = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Index of the first character that cannot stand there, the length when the text is cut, null when it is whole. */
  scan(): number | null {
    let expectation: Expectation = 'value';
    while (true) {
      this.#match(SPACE);
      const character = this.#text[this.#at];
      if (expectation === 'comma-or-end' && this.#open.length === 0) {
        return character === undefined ? null : this.#at;
      }
      if (character === undefined) return this.#at;
      const next: Expectation | null = this.#step(expectation, character);
      if (next === null) return this.#at;
      expectation = next;
    }
  }

  /** Reads one token; null when it, or what is left of it, cannot stand here: `#at` is then where. */
  #step(expectation: Expectation, character: string): Expectation | null {
    const closer = this.#open.at(-1) === '{' ? '}' : ']';
    if (expectation.endsWith('-or-end') && this.#open.length > 0 && character === closer) {
      this.#at++;
      this.#open.pop();
      return 'comma-or-end';
    }
    switch (expectation) {
      case 'comma-or-end':
        if (character !== ',') return null;
        this.#at++;
        return this.#open.at(-1) === '{' ? 'key' : 'value';
      case 'colon':
        if (character !== ':') return null;
        this.#at++;
        return 'value';
      case 'key':
      case 'key-or-end':
        return character === '"' && this.#string() ? 'colon' : null;
      default:
        return this.#value(character);
    }
  }

  #value(character: string): Expectation | null {
    if (character === '{' || character === '[') {
      this.#at++;
      this.#open.push(character);
      return character === '{' ? 'key-or-end' : 'value-or-end';
    }
    if (character === '"') return this.#string() ? 'comma-or-end' : null;
    if (/[-\d]/.test(character)) return this.#number() ? 'comma-or-end' : null;
    const literal = LITERALS.find((each) => each[0] === character);
    if (literal === undefined) return null;
    for (const letter of literal) {
      if (this.#text[this.#at] !== letter) return null;
      this.#at++;
    }
    return 'comma-or-end';
  }

  #number(): boolean {
    const start = this.#at;
    const whole = this.#match(NUMBER);
    this.#at = start;
    const beginning = this.#match(NUMBER_BEGINNING);
    // `1.` and `1e+` begin a number but are none, and what follows cannot mend it.
    return whole.length === beginning.length;
  }

  #string(): boolean {
    this.#at++;
    while (true) {
      while (isPlain(this.#text[this.#at])) this.#at++;
      const character = this.#text[this.#at];
      if (character === undefined) this.endedInString = true;
      if (character === '"') {
        this.#at++;
        return true;
      }
      if (character !== '\\') return false;
      this.#at++;
      const letter = this.#text[this.#at];
      if (letter === undefined || !'"\\/bfnrtu'.includes(letter)) return false;
      this.#at++;
      for (let digit = 0; letter === 'u' && digit < 4; digit++) {
        if (!/[\da-fA-F]/.test(this.#text[this.#at] ?? '')) return false;
        this.#at++;
      }
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [match = ''] = pattern.exec(this.#text) ?? [];
    this.#at += match.length;
    return match;
  }
}
