import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { RESPONSE_SIZE_MAX_BYTES, VOLUMES_MAX } from "../../limits";
import { nowhere, Source } from "../../model/source";

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
  to.add(rule(), "expected at most " + VOLUMES_MAX.toString() + " volumes, got more", source.placeOfOpening(node));
}

/** The volumes are few enough, but their paths, options and the policy's mount roots are too long for one plan. */
export function reportSize(to: Report, source: Source): void {
  const message = "expected volumes whose plan fits in " + RESPONSE_SIZE_MAX_BYTES.toString() + " bytes, got longer ones";
  to.add(rule(), message, nowhere(source));
}
