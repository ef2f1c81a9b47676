import { ExternalVolume } from "../../model/external-volume";
import { isLabel } from "../../model/label";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "external-driver",
    "External volume without a driver that Marathon takes",
    Severity.Error,
    "Name the driver in options[\"dvdi/driver\"]: lower-case letters, digits and inner hyphens.",
  );
}

/** Marathon: `dvdi/driver` is required, and a label. It has no default, whatever our policy says. */
export function check(request: VolumeRequest, volume: ExternalVolume, context: Context): void {
  const driver = request.driverAsWritten;
  if (driver === null) {
    context.report.add(rule(), "expected options to have 'dvdi/driver', got none", volume.place);
  } else if (!isLabel(driver)) {
    const message = "expected 'dvdi/driver' to be lower-case letters, digits and inner hyphens, got " + quote(driver);
    context.report.add(rule(), message, context.placeOf(driver));
  }
}
