import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "external-in-pod",
    "External volume in a pod",
    Severity.Error,
    "Ask for the volume by DVDI_ variables, or make the pod an app.",
  );
}

/** Marathon: pods have host, persistent and secret volumes only. */
export function report(to: Report, source: Source, node: i32): void {
  to.add(rule(), "expected no external volume in a pod, got one", source.placeOfOpening(node));
}
