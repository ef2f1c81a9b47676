import { Text } from "../json/text";
import { Tape } from "../json/tape";

/** Which bytes a position refers to. */
export const enum Origin {
  Document,
  Policy,
  Request,
}

export function originName(origin: Origin): Text {
  return origin == Origin.Document ? "document" : origin == Origin.Policy ? "policy" : "request";
}

/** A JSON text with its index, and what it is to the caller. */
// @ts-ignore: decorator
@unmanaged
export class Source {
  constructor(
    readonly origin: Origin,
    readonly tape: Tape,
  ) {}

  /** The place of a whole value, or of a key. */
  placeOf(node: i32): Place {
    const start = this.tape.start(node);
    return new Place(this, start, this.tape.end(node) - start);
  }

  /** The place of an array's or an object's opening bracket: where something is missing. */
  placeOfOpening(node: i32): Place {
    return new Place(this, this.tape.start(node), 1);
  }
}

/** Where a finding is. */
// @ts-ignore: decorator
@unmanaged
export class Place {
  constructor(
    readonly source: Source,
    /** Offset in bytes from the beginning of the source's text; -1 when the finding is about no place in it. */
    readonly offset: i32,
    /** Length in bytes of the text at fault. */
    readonly length: i32,
  ) {}

  get isKnown(): bool {
    return this.offset >= 0;
  }
}

/** A finding that is about the whole and no place in it. */
export function nowhere(source: Source): Place {
  return new Place(source, -1, 0);
}
