import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-conflict",
    "One path for two volumes",
    Severity.Error,
    "Give each volume a path of its own.",
  );
}

/** The second mount would hide the first. One path inside another is fine: they are bound in order of depth. */
export function check(requests: VolumeRequest[], at: i32, context: Context): void {
  const request = requests[at];
  const path = request.path;
  if (path === null) return;
  for (let index = 0; index < at; index++) {
    const other = requests[index];
    if (!other.hasPath || !other.containerPath.equals(request.containerPath)) continue;
    const message =
      "expected a path of its own for volume " + quote(request.volumeName) + ", got that of " + quote(other.volumeName);
    context.report.add(rule(), message, context.placeOf(path));
    return;
  }
}
