import { Text } from "../json/text";
import { FINDINGS_MAX } from "../limits";
import { Writer } from "../json/writer";
import { Finding, writeFindings } from "./finding";
import { Rule, Severity } from "./rule";
import { Place } from "./source";
import { Subject } from "./subject";

/** The findings of one call and the verdict that follows from them. */
// @ts-ignore: decorator
@unmanaged
export class Report {
  readonly findings: Finding[] = [];
  /** The policy's `strict`: some warnings are errors then. */
  strict: bool = false;
  /**
   * The caller's clock, as the 19 bytes `YYYY-MM-DDTHH:MM:SS` in UTC, so that two of them compare as text; null when it
   * is not known.
   */
  now: Text | null = null;
  /** The task that findings are about; null for what concerns the document as a whole. */
  subject: Subject | null = null;
  /** Another task that they name. */
  otherSubject: Subject | null = null;
  /** How many findings were left out, past FINDINGS_MAX. */
  private leftOut: i32 = 0;
  private worst: Severity = Severity.Info;

  add(rule: Rule, message: Text, place: Place): void {
    this.addAs(rule, this.strict ? rule.strictSeverity : rule.severity, message, place);
  }

  /** Adds a finding whose severity the rule itself decides from case to case. */
  addAs(rule: Rule, severity: Severity, message: Text, place: Place): void {
    if (severity > this.worst) this.worst = severity;
    worsen(this.subject, severity);
    worsen(this.otherSubject, severity);
    if (this.findings.length == FINDINGS_MAX) {
      this.leftOut++;
      if (severity == Severity.Error) this.replaceLesser(new Finding(rule, severity, message, place));
      return;
    }
    this.findings.push(new Finding(rule, severity, message, place));
  }

  // What denies a document must be among what is told: a warning gives its place up.
  private replaceLesser(finding: Finding): void {
    for (let index = this.findings.length - 1; index >= 0; index--) {
      if (this.findings[index].severity == Severity.Error) continue;
      this.findings[index] = finding;
      return;
    }
  }

  /** True when a finding had to be left out: a loop over a list that a hostile author can fill stops then. */
  get isFull(): bool {
    return this.leftOut > 0;
  }

  get hasErrors(): bool {
    return this.worst == Severity.Error;
  }

  /** Writes `verdict`. */
  writeVerdict(writer: Writer): void {
    writeVerdict(writer, this.worst);
  }

  /** Writes `findings`, and `findingsLeftOut` when there were more than an answer holds. */
  writeFindings(writer: Writer): void {
    writeFindings(writer, this.findings);
    if (this.leftOut == 0) return;
    writer.key("findingsLeftOut");
    writer.integer(this.leftOut);
  }
}

// @ts-ignore: decorator
@inline
function worsen(subject: Subject | null, severity: Severity): void {
  if (subject !== null && severity > subject.worst) subject.worst = severity;
}

/** Writes `verdict` of what is no worse than a severity. */
export function writeVerdict(writer: Writer, worst: Severity): void {
  writer.key("verdict");
  writer.constant(worst == Severity.Error ? "deny" : worst == Severity.Warning ? "warn" : "allow");
}
