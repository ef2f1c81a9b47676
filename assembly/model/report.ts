import { Text } from "../json/text";
import { FINDINGS_MAX } from "../limits";
import { Writer } from "../json/writer";
import { Finding, writeFindings } from "./finding";
import { Exception, FindingPolicy } from "./finding-policy";
import { Fix } from "./fix";
import { Rule, Severity } from "./rule";
import { Origin, Place } from "./source";
import { Subject } from "./subject";

/** The findings of one call and the verdict that follows from them. */
// @ts-ignore: decorator
@unmanaged
export class Report {
  readonly findings: Finding[] = [];
  /** The policy's `strict`: some warnings are errors then. */
  strict: bool = false;
  /** What the policy says about findings; null when it says nothing. */
  policy: FindingPolicy | null = null;
  /** Tells that an exception is over; a rule's own function, which the model knows nothing about. */
  tellExpired: ((report: Report, exception: Exception, place: Place) => void) | null = null;
  /**
   * The caller's clock, as the 19 bytes `YYYY-MM-DDTHH:MM:SS` in UTC, so that two of them compare as text; null when it
   * is not known.
   */
  now: Text | null = null;
  /** The task that findings are about; null for what concerns the document as a whole. */
  subject: Subject | null = null;
  /** Another task that findings name. */
  otherSubject: Subject | null = null;
  /** How many findings were left out, past FINDINGS_MAX. */
  private leftOut: i32 = 0;
  private worst: Severity = Severity.Info;

  /** @param fix what mends it; null when nobody can know */
  add(rule: Rule, message: Text, place: Place, fix: Fix | null = null): void {
    this.addAs(rule, this.strict ? rule.strictSeverity : rule.severity, message, place, fix);
  }

  /** Adds a finding whose severity the rule itself decides from case to case. */
  addAs(rule: Rule, severity: Severity, message: Text, place: Place, fix: Fix | null = null): void {
    const policy = this.policy;
    if (policy === null || place.source.origin != Origin.Document) {
      this.insert(new Finding(rule, severity, message, place, fix, null));
      return;
    }
    const changed = policy.severityOf(rule.code, severity);
    if (changed == Severity.Off) return;
    const exception = changed > Severity.Info ? this.exceptionFor(rule, policy) : null;
    if (exception === null) {
      this.insert(new Finding(rule, changed, message, place, fix, null));
    } else if (exception.holdsAt(this.now)) {
      this.insert(new Finding(rule, Severity.Info, message, place, fix, exception));
    } else {
      this.insert(new Finding(rule, changed, message, place, fix, null));
      if (this.now !== null) this.tellExpired!(this, exception, place);
    }
  }

  private exceptionFor(rule: Rule, policy: FindingPolicy): Exception | null {
    const subject = this.subject;
    const app: Text | null = subject === null ? null : subject.id;
    return policy.exceptionFor(rule.code, app, this.now);
  }

  private insert(finding: Finding): void {
    const severity = finding.severity;
    if (severity > this.worst) this.worst = severity;
    worsen(this.subject, severity);
    worsen(this.otherSubject, severity);
    if (this.findings.length < FINDINGS_MAX) {
      this.findings.push(finding);
      return;
    }
    this.leftOut++;
    if (severity == Severity.Error) this.replaceLesser(finding);
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

  get hasFixes(): bool {
    for (let index = 0; index < this.findings.length; index++) {
      if (this.findings[index].fix !== null) return true;
    }
    return false;
  }

  /** True when a finding of this rule is among those that are told. */
  hasCode(code: Text): bool {
    for (let index = 0; index < this.findings.length; index++) {
      if (this.findings[index].rule.code.equals(code)) return true;
    }
    return false;
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
