import { Text } from "../../json/text";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { DocumentKind } from "../../model/kind";
import { Policy } from "../../model/policy";
import { VolumeRequest } from "../../model/request";
import { Severity } from "../../model/rule";

const INDEX: Text = "%i";

/** The first volume of a task that one container at a time may have, or null. */
export function writerOf(task: Document, policy: Policy): VolumeRequest | null {
  for (let index = 0; index < task.requests.length; index++) {
    const request = task.requests[index];
    if (request.isIgnored || request.volumeName.length == 0) continue;
    if (!isShared(request, policy) && !isNumbered(task, request)) return request;
  }
  return null;
}

/** Whether a volume may be used by several containers. */
export function isShared(request: VolumeRequest, policy: Policy): bool {
  const external = request.external;
  return (external !== null && external.isShared) || policy.allowsSharing(request.driver);
}

// Singularity writes the number of the instance in place of `%i`: each has a volume of its own.
function isNumbered(task: Document, request: VolumeRequest): bool {
  if (task.kind != DocumentKind.SingularityRequest) return false;
  for (let at = 0; at < request.volumeName.length; at++) {
    if (request.volumeName.hasAt(at, INDEX)) return true;
  }
  return false;
}

/** A warning, unless it is certain, the policy is strict, or data is at stake. */
export function severityOf(request: VolumeRequest, isCertain: bool, context: Context): Severity {
  return isCertain || context.report.strict || context.policy.preempt ? Severity.Error : Severity.Warning;
}

/** What to expect besides, where drivers take a volume away from the machine that has it. */
export function takenAway(context: Context): Text {
  return context.policy.preempt ? "; with preemption the one takes it from the other, which destroys data" : "";
}
