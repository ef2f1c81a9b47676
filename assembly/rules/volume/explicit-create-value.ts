import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Fix, replaceText } from "../../model/fix";
import { Located } from "../../model/located";
import { quote } from "../../model/quote";
import { ExplicitCreate, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "explicit-create-value",
    "Neither true nor false",
    Severity.Error,
    "Write true or false.",
  );
}

/**
 * Trimmed and without regard to case, as the original reads it; where that takes anything else for false, ours asks.
 */
export function check(request: VolumeRequest, context: Context): void {
  if (request.explicitCreate != ExplicitCreate.Invalid) return;
  const value = request.explicitCreateAsWritten!;
  const message = "expected EXPLICITCREATE to be true or false, got " + quote(value.text);
  context.report.add(rule(), message, context.placeOf(value), fixOf(value, context));
}

// YAML's words (1.1, "bool") and the digits: what people write who mean true or false.
const TRUE_WORDS: StaticArray<Text> = ["yes", "y", "on", "1", "t"];
const FALSE_WORDS: StaticArray<Text> = ["no", "n", "off", "0", "f"];

function fixOf(value: Located, context: Context): Fix | null {
  const word = value.trim();
  for (let index = 0; index < TRUE_WORDS.length; index++) {
    if (word.equalsWithoutCase(TRUE_WORDS[index])) return replaceText(context.source.tape, value.node, "true");
    if (word.equalsWithoutCase(FALSE_WORDS[index])) return replaceText(context.source.tape, value.node, "false");
  }
  return null;
}
