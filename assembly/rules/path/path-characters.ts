import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { refusedCharacter } from "../../model/characters";
import { replaceText } from "../../model/fix";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-characters",
    "Control character in the path",
    Severity.Error,
    "Remove the control character.",
  );
}

/** A NUL ends a path for the kernel; the others only serve to mislead whoever reads a log. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null) return;
  const at = refusedCharacter(path.text, false);
  if (at < 0) return;
  const length = path.text.byteAt(at) >= 0x80 ? 2 : 1;
  const place = context.placeOf(path.cut(at, at + length));
  const fix = replaceText(context.source.tape, path.node, path.trim());
  context.report.add(rule(), "expected a container path without control characters", place, fix);
}
