import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { isAbsolute } from "../../model/path";
import { RequestOrigin, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-not-absolute",
    "Path that is not absolute",
    Severity.Error,
    "Begin the path with /.",
  );
}

/**
 * The seed's README: a container path that does not begin with / is a FAILURE. Only a DOCKER_VOLUME may be relative.
 */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null || request.origin != RequestOrigin.Environment || isAbsolute(path.text)) return;
  const message = "expected an absolute container path, got " + quote(path.text);
  context.report.add(rule(), message, context.placeOf(path));
}
