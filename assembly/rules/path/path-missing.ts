import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { RequestOrigin, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-missing",
    "Volume without a container path",
    Severity.Error,
    "Give the volume a container_path.",
  );
}

/** Mesos: `Volume.container_path` is required. A volume of variables may do without. */
export function check(request: VolumeRequest, context: Context): void {
  if (request.origin == RequestOrigin.Environment || request.hasPath) return;
  context.report.add(rule(), "expected a container_path, got none", request.place);
}
