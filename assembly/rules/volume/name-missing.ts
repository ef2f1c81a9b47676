import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "name-missing",
    "Volume without a name",
    Severity.Error,
    "Give the volume a name.",
  );
}

/** The seed's README: a volume is asked for by its name. The original skips an empty one silently. */
export function check(request: VolumeRequest, context: Context): void {
  if (request.volumeName.length > 0) return;
  const got = request.name === null ? "none" : "''";
  context.report.add(rule(), "expected the name of a volume, got " + got, request.place);
}
