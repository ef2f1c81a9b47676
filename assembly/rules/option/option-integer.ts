import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-integer",
    "Not a positive integer",
    Severity.Error,
    "Write a whole number greater than zero, without a unit.",
    Severity.Error,
    Severity.Off,
  );
}

/** The seed's README and REX-Ray: `size` in GiB, `iops` a rate. */
export function check(option: VolumeOption, context: Context): void {
  const key = option.key.text;
  const value = option.value;
  if (value === null || (!key.equalsWithoutCase("size") && !key.equalsWithoutCase("iops"))) return;
  if (isPositiveInteger(value)) return;
  const message = "expected " + quote(key) + " to be a positive integer, got " + quote(value.text);
  context.report.add(rule(), message, context.placeOf(value));
}

// Nine digits: more than any volume has, and within 32 bits everywhere.
function isPositiveInteger(text: Text): bool {
  if (text.length == 0 || text.length > 9 || text.byteAt(0) == 0x30) return false;
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
