import { Rule, Severity } from "../../model/rule";
import { PATH_MAX_BYTES } from "../../limits";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { parentSegment } from "../../model/path";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-parent",
    "Path that goes up",
    Severity.Error,
    "Write the path without ..",
  );
}

/** `/tmp/../etc` passes the original's test for `/tmp/`. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null || path.text.length > PATH_MAX_BYTES) return;
  const at = parentSegment(path.text);
  if (at < 0) return;
  const message = "expected a container path without '..', got " + quote(path.text);
  context.report.add(rule(), message, context.placeOf(path.cut(at, at + 2)));
}
