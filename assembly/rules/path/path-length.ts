import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { PATH_MAX_BYTES } from "../../limits";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-length",
    "Path too long",
    Severity.Error,
    "Use a shorter path.",
  );
}

/** design.md, "Budgets": 4,096 bytes, Linux' PATH_MAX. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null || path.text.length <= PATH_MAX_BYTES) return;
  const got = decimal(path.text.length) + " bytes";
  const message = "expected a container path of at most " + decimal(PATH_MAX_BYTES) + " bytes, got " + got;
  context.report.add(rule(), message, context.placeOf(path));
}
