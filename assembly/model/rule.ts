import { Text } from "../json/text";

/** How bad a finding is, in rising order. */
export const enum Severity {
  Info,
  Warning,
  Error,
}

export function severityName(severity: Severity): Text {
  return severity == Severity.Error ? "error" : severity == Severity.Warning ? "warning" : "info";
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
  ) {}
}
