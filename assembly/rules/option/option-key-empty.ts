import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-key-empty",
    "Option without a key",
    Severity.Error,
    "Write each option as key=value.",
  );
}

/** A value that belongs to nothing. */
export function check(option: VolumeOption, context: Context): void {
  const value = option.value;
  if (value === null || option.key.text.length > 0) return;
  context.report.add(rule(), "expected a key before '=', got none", context.placeOf(option.key));
}
