import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { isPluginReference } from "../../model/plugin-reference";
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
  const text = driver.text;
  const isReference = text.indexOf(0x2f) >= 0 || text.indexOf(0x3a) >= 0 || text.indexOf(0x40) >= 0;
  const walks = text.is(".") || hasParent(text);
  if (!walks && (!isReference || isPluginReference(text))) return;
  const message = "expected the driver to be a plain name or a plugin reference, got " + quote(text);
  context.report.add(rule(), message, context.placeOf(driver));
}

function hasParent(text: Text): bool {
  for (let index = 1; index < text.length; index++) {
    if (text.byteAt(index) == 0x2e && text.byteAt(index - 1) == 0x2e) return true;
  }
  return false;
}
