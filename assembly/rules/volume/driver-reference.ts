import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { isDriverName } from "../../model/plugin-reference";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "driver-reference",
    "Not the name of a plugin",
    Severity.Error,
    "Write the driver as a plugin reference such as rexray/ebs:latest.",
  );
}

/**
 * Docker's plugin references: a driver with `/`, `:` or `@` must be one, and no driver has `..`: it becomes part of a
 * path where sockets are looked up.
 */
export function check(request: VolumeRequest, context: Context): void {
  const driver = request.driverAsWritten;
  if (driver === null) return;
  if (isDriverName(driver)) return;
  const message = "expected the driver to be a plain name or a plugin reference, got " + quote(driver);
  context.report.add(rule(), message, context.placeOf(driver));
}
