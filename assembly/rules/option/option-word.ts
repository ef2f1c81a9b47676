import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { Text } from "../../json/text";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-word",
    "Not a single word",
    Severity.Error,
    "Write one word of letters, digits, - and _.",
    Severity.Error,
    Severity.Off,
  );
}

/** The seed's README: `volumetype` is a word of the storage platform, such as io1 or gp2. */
export function check(option: VolumeOption, context: Context): void {
  const value = option.value;
  if (value === null || !option.key.text.equalsWithoutCase("volumetype") || isWord(value.text)) return;
  const message = "expected " + quote(option.key.text) + " to be one word, got " + quote(value.text);
  context.report.add(rule(), message, context.placeOf(value));
}

function isWord(text: Text): bool {
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    const letter = byte | 0x20;
    const isLetter = letter >= 0x61 && letter <= 0x7a;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isLetter && !isDigit && byte != 0x2d && byte != 0x5f) return false;
  }
  return text.length > 0;
}
