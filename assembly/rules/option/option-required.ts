import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { OptionPolicy } from "../../model/driver-policy";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "option-required",
    "Option that policy asks for",
    Severity.Error,
    "Give the volume this option.",
    Severity.Error,
    Severity.Off,
  );
}

/** `required` in `policy.drivers.NAME.options`. */
export function check(request: VolumeRequest, policy: OptionPolicy, context: Context): void {
  if (!policy.required) return;
  for (let index = 0; index < request.options.length; index++) {
    if (request.options[index].key.equalsWithoutCase(policy.key)) return;
  }
  const whose = " for a volume of driver " + quote(request.driver);
  context.report.add(rule(), "expected option " + quote(policy.key) + whose + ", got none", request.place);
}
