import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
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
  context.report.add(rule(), message, context.placeOf(value));
}
