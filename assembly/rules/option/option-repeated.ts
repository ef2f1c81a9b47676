import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "option-repeated",
    "Option given twice",
    Severity.Error,
    "Keep one of them.",
  );
}

/** REX-Ray compares keys without case, so `size` and `Size` are one option. */
export function check(request: VolumeRequest, at: i32, context: Context): void {
  const key = request.options[at].key;
  if (key.text.length == 0) return;
  for (let index = 0; index < at; index++) {
    if (!request.options[index].key.text.equalsWithoutCase(key.text)) continue;
    context.report.add(rule(), "expected option " + quote(key.text) + " once, got it again", context.placeOf(key));
    return;
  }
}
