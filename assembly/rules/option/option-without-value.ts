import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-without-value",
    "Option without a value",
    Severity.Error,
    "Write each option as key=value, separated by commas.",
  );
}

/** The seed's README: `k=v,k=v`. An item without `=` makes the original's dvdcli panic. */
export function check(option: VolumeOption, context: Context): void {
  if (option.value !== null) return;
  const got = option.key.text.length == 0 ? "an empty item" : quote(option.key.text);
  context.report.add(rule(), "expected key=value, got " + got, context.placeOf(option.key));
}
