import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "external-name",
    "External volumes of one name",
    Severity.Error,
    "Give each volume of an app a name of its own.",
  );
}

/** Marathon compares the names alone: two drivers may have a volume of one name, but one app may not ask for both. */
export function check(requests: VolumeRequest[], at: i32, context: Context): void {
  const request = requests[at];
  if (request.external === null || request.volumeName.length == 0) return;
  for (let index = 0; index < at; index++) {
    const other = requests[index];
    if (other.external === null || !other.volumeName.equals(request.volumeName)) continue;
    // The same volume is told as such.
    if (other.driver.equals(request.driver)) return;
    const message =
      "expected an external volume of the name " + quote(request.volumeName) + " once in an app, got another";
    context.report.add(rule(), message, request.place);
    return;
  }
}
