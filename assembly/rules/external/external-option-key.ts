import { ExternalVolume } from "../../model/external-volume";
import { isOptionKey } from "../../model/label";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "external-option-key",
    "Option without a namespace",
    Severity.Error,
    "Write the option as dvdi/NAME.",
  );
}

/** Marathon: the key of an option is a label, a slash and a name. */
export function check(volume: ExternalVolume, context: Context): void {
  for (let index = 0; index < volume.options.length; index++) {
    const key = volume.options[index].key;
    if (isOptionKey(key)) continue;
    const message = "expected an option's key to be a namespace, a slash and a name, got " + quote(key);
    context.report.add(rule(), message, context.placeOf(key));
  }
}
