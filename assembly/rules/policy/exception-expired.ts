import { Rule, Severity } from "../../model/rule";
import { Exception } from "../../model/finding-policy";
import { quote } from "../../model/quote";
import { Report } from "../../model/report";
import { Place } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "exception-expired",
    "Exception that is over",
    Severity.Info,
    "Mend what the exception was made for, or have it extended in the policy.",
    Severity.Info,
    Severity.Error,
  );
}

/** `policy.exceptions`, by the caller's clock. `place` is that of the finding that it no longer covers. */
export function report(to: Report, exception: Exception, place: Place): void {
  const expected = "expected an exception for " + quote(exception.code) + " that holds";
  const got = ", got one until " + exception.expires! + ": " + quote(exception.reason);
  to.add(rule(), expected + got, place);
}
