import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "volume-asked-twice",
    "Volume asked for in two ways",
    Severity.Error,
    "Keep either the variables or the external volume.",
  );
}

/** Marathon gives the agent both: what one container is to hold twice cannot be mounted on two paths. */
export function report(request: VolumeRequest, severity: Severity, context: Context): void {
  const message = "expected volume " + quote(request.volumeName) + " from variables or as external, got both";
  context.report.addAs(rule(), severity, message, request.place);
}
