import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { Document } from "../../model/document";
import { isAbsolute } from "../../model/path";
import { RequestOrigin, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "sandbox-missing",
    "Relative path without a sandbox",
    Severity.Error,
    "Give the document its sandbox directory, or make the path absolute.",
  );
}

/**
 * Mesos resolves a relative container path under the sandbox, `ContainerConfig.directory`. A path of variables must be
 * absolute anyhow: a sandbox would not mend it. Before it is on an agent, a document cannot know its sandbox.
 */
export function check(request: VolumeRequest, document: Document, context: Context): void {
  const path = request.path;
  if (path === null || request.origin == RequestOrigin.Environment) return;
  if (isAbsolute(path.text) || document.sandbox !== null || !document.isOnAgent) return;
  const message = "expected a sandbox directory for the relative path " + quote(path.text) + ", got none";
  context.report.add(rule(), message, context.placeOf(path));
}
