import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { RequestOrigin, VolumeRequest } from "../../model/request";
import * as volumeAskedTwice from "./volume-asked-twice";

export function rule(): Rule {
  return new Rule(
    "volume-repeated",
    "Volume asked for twice",
    Severity.Error,
    "Ask for each volume once in a container.",
  );
}

/**
 * As the original: the second request for a volume is ignored (a warning here) when it has no path, and fails the
 * container when it has one.
 */
export function check(requests: VolumeRequest[], at: i32, context: Context): void {
  const request = requests[at];
  if (request.volumeName.length == 0) return;
  for (let index = 0; index < at; index++) {
    if (!requests[index].isSameVolume(request)) continue;
    request.isIgnored = !request.hasPath;
    const severity = request.isIgnored && !context.report.strict ? Severity.Warning : Severity.Error;
    const isAskedTwice = requests[index].external !== null && request.origin == RequestOrigin.Environment;
    if (isAskedTwice) {
      volumeAskedTwice.report(request, severity, context);
      return;
    }
    const end = request.isIgnored ? ": it has no effect" : " with a path of its own";
    const message = "expected volume " + quote(request.volumeName) + " once, got it again" + end;
    context.report.addAs(rule(), severity, message, request.place);
    return;
  }
}
