import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { ATTRIBUTE_COUNT, attributeName, PREFIX, Variable } from "../../model/environment";
import { didYouMean } from "../../model/nearest";
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
  context.report.add(rule(), message, context.placeOf(variable.name));
}
