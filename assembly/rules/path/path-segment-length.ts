import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { NAME_MAX_BYTES } from "../../limits";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "path-segment-length",
    "Name in the path too long",
    Severity.Error,
    "Use shorter directory names.",
  );
}

/** Linux' NAME_MAX: no directory can have a longer name, so the path could never be made. */
export function check(request: VolumeRequest, context: Context): void {
  const path = request.path;
  if (path === null) return;
  let from = 0;
  while (from < path.text.length) {
    let to = path.text.indexOf(0x2f, from);
    if (to < 0) to = path.text.length;
    if (to - from > NAME_MAX_BYTES) {
      const most = decimal(NAME_MAX_BYTES) + " bytes";
      const got = decimal(to - from) + " bytes";
      const message = "expected each name in the path to have at most " + most + ", got " + got;
      context.report.add(rule(), message, context.placeOf(path.cut(from, to)));
      return;
    }
    from = to + 1;
  }
}
