import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { Exception } from "./finding-policy";
import { Fix } from "./fix";
import { Rule, Severity, severityName } from "./rule";
import { originName, Place } from "./source";
import { Position } from "./position";

/** A mistake of the user's, and where it is. */
// @ts-ignore: decorator
@unmanaged
export class Finding {
  constructor(
    readonly rule: Rule,
    readonly severity: Severity,
    /** What was expected and what was got. */
    readonly message: Text,
    readonly place: Place,
    /** What mends it, or null. */
    public fix: Fix | null,
    /** The policy's exception that covers it, or null. */
    readonly exception: Exception | null,
  ) {}

  /** Order of an answer: by origin, then by place; findings about no place come first. */
  isBefore(other: Finding): bool {
    const origin = this.place.source.origin;
    const otherOrigin = other.place.source.origin;
    return origin != otherOrigin ? origin < otherOrigin : this.place.offset < other.place.offset;
  }

  /** True when it says the same, wherever it stands. */
  isLike(other: Finding): bool {
    return this.severity == other.severity && this.rule.code.equals(other.rule.code) &&
      this.message.equals(other.message);
  }
}

/** Writes the findings, ordered, as the value of `findings`. */
export function writeFindings(writer: Writer, findings: Finding[]): void {
  sortFindings(findings);
  const position = new Position();
  writer.key("findings");
  writer.beginArray();
  for (let index = 0; index < findings.length; index++) writeFinding(writer, findings[index], position);
  writer.endArray();
}

// Insertion: stable, and nearly sorted already since rules run in the order of the document.
function sortFindings(findings: Finding[]): void {
  for (let index = 1; index < findings.length; index++) {
    const finding = findings[index];
    let to = index;
    while (to > 0 && finding.isBefore(findings[to - 1])) {
      findings[to] = findings[to - 1];
      to--;
    }
    findings[to] = finding;
  }
}

function writeFinding(writer: Writer, finding: Finding, position: Position): void {
  writer.beginObject();
  writer.key("code");
  writer.constant(finding.rule.code);
  writer.key("severity");
  writer.constant(severityName(finding.severity));
  writer.key("message");
  writer.text(finding.message);
  writer.key("hint");
  writer.text(finding.rule.hint);
  writer.key("in");
  writer.constant(originName(finding.place.source.origin));
  position.write(writer, finding.place);
  writer.key("length");
  if (finding.place.isKnown) writer.integer(finding.place.length);
  else writer.null();
  const fix = finding.fix;
  if (fix !== null) fix.write(writer);
  const exception = finding.exception;
  if (exception !== null) writeException(writer, exception);
  writer.endObject();
}

function writeException(writer: Writer, exception: Exception): void {
  writer.key("exception");
  writer.beginObject();
  writer.key("reason");
  writer.text(exception.reason);
  writer.key("expires");
  writer.textOrNull(exception.expires);
  writer.endObject();
}
