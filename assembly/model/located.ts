import { Tape } from "../json/tape";
import { Text } from "../json/text";

/** A text of the document that knows where it stands, so that a rule can point at a byte inside it. */
// @ts-ignore: decorator
@unmanaged
export class Located extends Text {
  constructor(
    start: usize,
    length: i32,
    /** The string it comes from. */
    readonly node: i32,
    /** Where it begins in that string, its escapes resolved, in bytes. */
    readonly from: i32,
  ) {
    super(start, length);
  }

  get text(): Text {
    return this;
  }

  /** Bytes from `from` up to but without `to`, located. */
  cut(from: i32, to: i32): Located {
    return new Located(this.start + <usize>from, to - from, this.node, this.from + from);
  }
}

/** The text of a string or a number of a document. */
export function locate(tape: Tape, node: i32): Located {
  if (tape.isEscaped(node)) {
    const text = tape.textOf(node);
    return new Located(text.start, text.length, node, 0);
  }
  const start = tape.start(node);
  return new Located(tape.text + <usize>start, tape.end(node) - start, node, 0);
}
