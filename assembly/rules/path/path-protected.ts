import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { Text } from "../../json/text";
import { isAtOrUnder, isAtOrUnderName, isUnder } from "../../model/path";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-protected",
    "Path that must not be covered",
    Severity.Error,
    "Choose a directory that the system does not need.",
  );
}

/** `/`, `/proc`, `/sys` and `/dev`, what is under those three, and what `policy.protectedPaths` names. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null) return;
  const protectedPath = protecting(request.containerPath, context.policy.protectedPaths);
  if (protectedPath === null) return;
  const message = "expected a container path outside of " + quote(protectedPath) + ", got " + quote(path.text);
  context.report.add(rule(), message, context.placeOf(path));
}

// What the kernel shows there is not for a volume to cover.
const ALWAYS: StaticArray<Text> = ["/proc", "/sys", "/dev"];

function protecting(target: Text, byPolicy: Text[]): Text | null {
  if (target.equals("/")) return target;
  for (let index = 0; index < ALWAYS.length; index++) {
    if (isAtOrUnderName(target, ALWAYS[index])) return target.slice(0, ALWAYS[index].length);
  }
  for (let index = 0; index < byPolicy.length; index++) {
    const isHidden = isUnder(byPolicy[index], target);
    if (isHidden || isAtOrUnder(target, byPolicy[index])) return byPolicy[index];
  }
  return null;
}
