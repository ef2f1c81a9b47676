import { Text } from "../json/text";

/** How bad a finding is, in rising order. */
export const enum Severity {
  /** Not told at all: only a policy says so. */
  Off,
  Info,
  Warning,
  Error,
}

export function severityName(severity: Severity): Text {
  switch (severity) {
    case Severity.Error: return "error";
    case Severity.Warning: return "warning";
    case Severity.Info: return "info";
    default: return "off";
  }
}

/** One entry of the catalogue that `rules/index.ts` lists. Stable: a code never changes its meaning. */
// @ts-ignore: decorator
@unmanaged
export class Rule {
  constructor(
    /** Stable name, lower-case words joined by hyphens; its section in docs/findings.md has the same heading. */
    readonly code: Text,
    readonly title: Text,
    readonly severity: Severity,
    /** What to do about it. */
    readonly hint: Text,
    /** Severity when the policy says `strict`. */
    readonly strictSeverity: Severity = severity,
    /**
     * The lowest severity that a policy may give it. `Error`, which every error is that says nothing else, means that
     * no policy can change or except it: without the rule a plan could not be carried out, or a machine would be at
     * risk.
     */
    readonly lowest: Severity = severity == Severity.Error ? Severity.Error : Severity.Off,
  ) {}

  /** True when a policy may change its severity, and make exceptions. */
  get isAdjustable(): bool {
    return this.lowest != Severity.Error;
  }
}
