import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Place } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "request-invalid",
    "Request of the host that is not valid",
    Severity.Error,
    "This is a fault of the host program, not of the document: report it.",
  );
}

/** docs/abi/v1.md: the header of a request and its ledger rows. */
export function report(to: Report, expected: Text, place: Place): void {
  to.add(rule(), "expected " + expected, place);
}
