import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { VOLUMES_MAX } from "../../limits";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "too-many-volumes",
    "Too many volumes",
    Severity.Error,
    "Ask for fewer volumes in one container.",
  );
}

/** Keeps an answer inside its limit. `node` is the first volume past it. */
export function report(to: Report, source: Source, node: i32): void {
  to.add(rule(), "expected at most " + decimal(VOLUMES_MAX) + " volumes, got more", source.placeOfOpening(node));
}
