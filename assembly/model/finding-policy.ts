import { Text } from "../json/text";
import { APP_ID_MAX_BYTES } from "../limits";
import { matchesPathGlob } from "./glob";
import { isOver } from "./instant";
import { Severity } from "./rule";

/** The severity that the policy gives to the findings of a rule. */
// @ts-ignore: decorator
@unmanaged
export class SeverityChange {
  constructor(readonly code: Text, readonly severity: Severity) {}
}

/** A finding that the policy lets pass, for a reason. */
// @ts-ignore: decorator
@unmanaged
export class Exception {
  /** Pattern of the ids of apps; null for all tasks, those without an id as well. */
  apps: Text | null = null;
  /** The last day, or the second from which it no longer holds; null for never. */
  expires: Text | null = null;

  constructor(readonly code: Text, readonly reason: Text) {}

  /** Whether it is about a finding of a rule in an app. An id too long to be matched is no app's. */
  isAbout(code: Text, app: Text | null): bool {
    if (!this.code.equals(code)) return false;
    const apps = this.apps;
    if (apps === null) return true;
    return app !== null && app.length <= APP_ID_MAX_BYTES && matchesPathGlob(apps, app);
  }

  /** Without a clock, what has an end does not hold. */
  holdsAt(now: Text | null): bool {
    const expires = this.expires;
    return expires === null || (now !== null && !isOver(expires, now));
  }
}

/** What the policy says about findings. */
// @ts-ignore: decorator
@unmanaged
export class FindingPolicy {
  readonly severities: SeverityChange[] = [];
  readonly exceptions: Exception[] = [];

  severityOf(code: Text, severity: Severity): Severity {
    for (let index = 0; index < this.severities.length; index++) {
      if (this.severities[index].code.equals(code)) return this.severities[index].severity;
    }
    return severity;
  }

  /** The exception that covers a finding: one that holds before one that does not; null when there is none. */
  exceptionFor(code: Text, app: Text | null, now: Text | null): Exception | null {
    let found: Exception | null = null;
    for (let index = 0; index < this.exceptions.length; index++) {
      const exception = this.exceptions[index];
      if (!exception.isAbout(code, app)) continue;
      if (exception.holdsAt(now)) return exception;
      if (found === null) found = exception;
    }
    return found;
  }
}
