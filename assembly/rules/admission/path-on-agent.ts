import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { quote } from "../../model/quote";
import { isAbsolute, isUnder } from "../../model/path";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-on-agent",
    "Directory that only the agent knows",
    Severity.Info,
    "Make sure that every agent that may run the task has the directory, or use one under /tmp.",
  );
}

/** The seed: outside of `/tmp` a container path must exist. Said once a document, of the first one. */
export function check(tasks: Document[], context: Context): void {
  for (let index = 0; index < tasks.length; index++) {
    const requests = tasks[index].requests;
    for (let at = 0; at < requests.length && tasks[index].rootfs === null; at++) {
      if (!needsDirectory(requests[at])) continue;
      const path = requests[at].path!;
      const message =
        "expected directory " + quote(path) + " on the agent, unless the task has an image: only the agent can tell";
      context.report.add(rule(), message, context.placeOf(path));
      return;
    }
  }
}

function needsDirectory(request: VolumeRequest): bool {
  if (!request.hasPath || request.isIgnored || !isAbsolute(request.target)) return false;
  return !isUnder(request.target, "/tmp");
}
