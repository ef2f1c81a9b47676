import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { replaceText } from "../../model/fix";
import { quote } from "../../model/quote";
import { isAbsolute, segmentEnd } from "../../model/path";
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
  const fix = isInRoot(path) ? replaceText(context.source.tape, path.node, "/" + path) : null;
  context.report.add(rule(), message, context.placeOf(path), fix);
}

// Directories of the Filesystem Hierarchy Standard that data is mounted in: these are meant from the root.
const DIRECTORIES: StaticArray<Text> = ["tmp", "mnt", "var", "srv", "opt", "home", "media"];

function isInRoot(path: Text): bool {
  const first = path.slice(0, segmentEnd(path, 0));
  for (let index = 0; index < DIRECTORIES.length; index++) {
    if (first.equals(DIRECTORIES[index])) return true;
  }
  return false;
}
