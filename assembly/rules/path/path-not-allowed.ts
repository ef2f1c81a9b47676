import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { isAbsolute, isAtOrUnder } from "../../model/path";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";
import { VolumePolicy } from "../../model/volume-policy";

export function rule(): Rule {
  return new Rule(
    "path-not-allowed",
    "Path that policy does not allow",
    Severity.Error,
    "Choose a path in one of the directories that the policy names.",
    Severity.Error,
    Severity.Off,
  );
}

/** `policy.containerPaths`. A relative path is in the task's own sandbox, wherever that is: always allowed. */
export function check(request: VolumeRequest, policy: VolumePolicy, context: Context): void {
  const path = request.path;
  const directories = policy.containerPaths;
  if (path === null || directories.length == 0 || !isAbsolute(request.target)) return;
  for (let index = 0; index < directories.length; index++) {
    if (isAtOrUnder(request.target, directories[index])) return;
  }
  const message = "expected a container path in a directory of policy.containerPaths, got " + quote(path.text);
  context.report.add(rule(), message, context.placeOf(path));
}
