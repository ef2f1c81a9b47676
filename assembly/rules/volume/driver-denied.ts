import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { DriverPolicy } from "../../model/driver-policy";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";
import { isListed, VolumePolicy } from "../../model/volume-policy";

export function rule(): Rule {
  return new Rule(
    "driver-denied",
    "Driver that policy does not allow",
    Severity.Error,
    "Use a driver that the policy allows.",
    Severity.Error,
    Severity.Off,
  );
}

/** `policy.driversAllowed`, and `allow` of the driver's own policy. Names are compared exactly, as hosts use them. */
export function check(
  request: VolumeRequest, policy: VolumePolicy, driver: DriverPolicy | null, context: Context,
): void {
  const isDenied = driver !== null && !driver.allow;
  const allowed = policy.driversAllowed;
  if (!isDenied && (allowed.length == 0 || isListed(request.driver, allowed))) return;
  const expected = isDenied ? "another driver: policy.drivers denies this one" : "a driver of policy.driversAllowed";
  const written = request.driverAsWritten;
  const place = written === null || written.length == 0 ? request.place : context.placeOf(written);
  const origin: Text = written === null ? ", the default driver" : "";
  context.report.add(rule(), "expected " + expected + ", got " + quote(request.driver) + origin, place);
}
