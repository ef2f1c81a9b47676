import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { RequestOrigin, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-here",
    "Path that is the sandbox itself",
    Severity.Error,
    "Name a directory in the sandbox.",
  );
}

/** Marathon: a relative container path is not `.`; a volume over the sandbox would hide what the agent put there. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null || request.origin == RequestOrigin.Environment || request.target.length > 0) return;
  const message = "expected a container path below the sandbox, got " + quote(path.text);
  context.report.add(rule(), message, context.placeOf(path));
}
