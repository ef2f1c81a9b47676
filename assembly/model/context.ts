import { Policy } from "./policy";
import { Report } from "./report";
import { Place, Source } from "./source";
import { rawOffset } from "../json/unescape";
import { Located } from "./located";

/** What every rule is given besides its subject. */
// @ts-ignore: decorator
@unmanaged
export class Context {
  constructor(
    readonly source: Source,
    readonly policy: Policy,
    readonly report: Report,
  ) {}

  /** The place of a located text in the document's bytes, escapes counted as they stand there. */
  placeOf(located: Located): Place {
    const tape = this.source.tape;
    const raw = tape.raw(located.node);
    const isEscaped = tape.isEscaped(located.node);
    const from = isEscaped ? rawOffset(raw, located.from) : located.from;
    const end = located.from + located.text.length;
    const to = isEscaped ? rawOffset(raw, end) : end;
    return new Place(this.source, tape.start(located.node) + from, to - from);
  }
}
