import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { OptionPolicy } from "../../model/driver-policy";
import { quote } from "../../model/quote";
import { VolumeOption } from "../../model/volume-option";
import { isListed } from "../../model/volume-policy";
import { compareWhole, isWhole } from "../../model/whole-number";

/** Most values of `oneOf` that a message names. */
const WORDS_SHOWN_MAX: i32 = 8;

export function rule(): Rule {
  return new Rule(
    "option-out-of-bounds",
    "Value that policy does not allow",
    Severity.Error,
    "Use a value within the bounds of the policy.",
    Severity.Error,
    Severity.Off,
  );
}

/** `policy.drivers.NAME.options`: `min` and `max` compare whole numbers of any length, `oneOf` texts, exactly. */
export function check(option: VolumeOption, policy: OptionPolicy, context: Context): void {
  const value = option.value;
  if (value === null || !option.key.equalsWithoutCase(policy.key) || isWithin(value, policy)) return;
  const got: Text = option.isSecret ? "another value" : quote(value);
  const message = "expected " + quote(option.key) + " to be " + boundsOf(policy) + ", got " + got;
  context.report.add(rule(), message, context.placeOf(value));
}

function isWithin(value: Text, policy: OptionPolicy): bool {
  const words = policy.oneOf;
  if (words !== null && !isListed(value, words)) return false;
  const lowest = policy.min;
  const highest = policy.max;
  if (lowest === null && highest === null) return true;
  if (!isWhole(value)) return false;
  if (lowest !== null && compareWhole(value, lowest) < 0) return false;
  return highest === null || compareWhole(value, highest) <= 0;
}

function boundsOf(policy: OptionPolicy): Text {
  const lowest = policy.min;
  const highest = policy.max;
  const words = policy.oneOf;
  let bounds: Text = lowest === null && highest === null ? "" : "a whole number";
  if (lowest !== null) bounds = bounds + " from " + lowest;
  if (highest !== null) bounds = bounds + " up to " + highest;
  if (words === null) return bounds;
  if (bounds.length > 0) bounds = bounds + " and ";
  bounds = bounds + (words.length == 1 ? quote(words[0]) : "one of " + quote(words[0]));
  for (let index = 1; index < words.length && index < WORDS_SHOWN_MAX; index++) {
    bounds = bounds + ", " + quote(words[index]);
  }
  return words.length > WORDS_SHOWN_MAX ? bounds + ", …" : bounds;
}
