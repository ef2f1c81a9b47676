import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-boolean",
    "Neither true nor false",
    Severity.Error,
    "Write true or false.",
  );
}

/** The seed's README: with `overwritefs` a volume is wiped, so nothing but the two words will do. */
export function check(option: VolumeOption, context: Context): void {
  const value = option.value;
  if (value === null || !option.key.text.equalsWithoutCase("overwritefs")) return;
  if (value.text.equals("true") || value.text.equals("false")) return;
  const message = "expected " + quote(option.key.text) + " to be true or false, got " + quote(value.text);
  context.report.add(rule(), message, context.placeOf(value));
}
