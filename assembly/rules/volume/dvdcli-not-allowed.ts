import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "dvdcli-not-allowed",
    "Executable that policy does not allow",
    Severity.Error,
    "Remove the variable, or let the policy list the path in dvdcliPaths.",
  );
}

/** The original runs any path that a task names, as root, in a shell. */
export function check(request: VolumeRequest, context: Context): void {
  const dvdcli = request.dvdcli;
  if (dvdcli === null) return;
  const allowed = context.policy.dvdcliPaths;
  for (let index = 0; index < allowed.length; index++) {
    if (allowed[index].equals(dvdcli.text)) return;
  }
  const message = "expected DVDCLI to be a path that policy.dvdcliPaths lists, got " + quote(dvdcli.text);
  context.report.add(rule(), message, context.placeOf(dvdcli));
}
