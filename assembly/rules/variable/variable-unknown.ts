import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Fix, renameField, replaceText } from "../../model/fix";
import { ATTRIBUTE_COUNT, attributeName, PREFIX, Variable } from "../../model/environment";
import { didYouMean, nearest } from "../../model/nearest";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "variable-unknown",
    "Variable that is none of ours",
    Severity.Error,
    "Use NAME, DRIVER, OPTS, CONTAINERPATH, DVDCLI or EXPLICITCREATE after DVDI_VOLUME_, alone or with one digit.",
    Severity.Error,
    Severity.Off,
  );
}

/**
 * The original fails the container on a longer suffix (`NAME10`, `NAME_FOO`); a misspelt one would be lost silently.
 */
export function check(variable: Variable, context: Context): void {
  const name = variable.name.text;
  const known: Text[] = [];
  for (let index = 0; index < ATTRIBUTE_COUNT; index++) known.push(PREFIX + attributeName(index));
  const suggestion = name.length > 64 ? "" : didYouMean(name, known);
  const message = "expected one of the six variables, alone or with one digit, got " + quote(name) + suggestion;
  context.report.add(rule(), message, context.placeOf(variable.name), fixOf(variable, context));
}

// Another name, when what follows the prefix is one of the six but for a slip. Of a number that is too high nobody
// knows which slot was meant.
function fixOf(variable: Variable, context: Context): Fix | null {
  const name = variable.name.text;
  if (name.length > 64) return null;
  const digit = name.byteAt(name.length - 1);
  const end = isDigit(digit) ? name.length - 1 : name.length;
  if (end <= PREFIX.length || isDigit(name.byteAt(end - 1))) return null;
  const attributes: Text[] = [];
  for (let index = 0; index < ATTRIBUTE_COUNT; index++) attributes.push(attributeName(index));
  const attribute = nearest(name.slice(PREFIX.length, end), attributes);
  if (attribute.length == 0) return null;
  const meant = PREFIX + attribute + (end == name.length ? "" : Text.ofByte(digit));
  const tape = context.source.tape;
  if (variable.isField) return renameField(tape, variable.name.node, meant);
  return replaceText(tape, variable.name.node, meant);
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}
