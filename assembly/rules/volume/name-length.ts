import { decimal } from "../../json/digits";
import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { NAME_MAX_BYTES } from "../../limits";
import { Located } from "../../model/located";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "name-length",
    "Name too long",
    Severity.Error,
    "Use a shorter name: drivers keep it as one name in a directory.",
  );
}

/** design.md, "Budgets": 255 bytes, what one path component can hold. Holds for volumes and drivers. */
export function check(request: VolumeRequest, context: Context): void {
  const name = request.name;
  if (name !== null) checkOne(name, "the volume's name", context);
  const driver = request.driverAsWritten;
  if (driver !== null) checkOne(driver, "the driver's name", context);
}

function checkOne(name: Located, what: Text, context: Context): void {
  if (name.text.length <= NAME_MAX_BYTES) return;
  const got = decimal(name.text.length) + " bytes";
  const message = "expected " + what + " to have at most " + decimal(NAME_MAX_BYTES) + " bytes, got " + got;
  context.report.add(rule(), message, context.placeOf(name));
}
