import { Rule, Severity } from "../../model/rule";
import { Kind } from "../../json/tape";
import { hasLoneSurrogate } from "../../json/unescape";
import { Context } from "../../model/context";
import { Located } from "../../model/located";

export function rule(): Rule {
  return new Rule(
    "text-not-unicode",
    "Half a character",
    Severity.Error,
    "Write the character itself, or both halves of its \\u escape.",
  );
}

/** RFC 8259 section 8.2: a surrogate escape without its other half has no UTF-8 form. */
export function check(text: Located, context: Context): void {
  const tape = context.source.tape;
  if (tape.kind(text.node) != Kind.String || !tape.isEscaped(text.node)) return;
  if (!hasLoneSurrogate(tape.raw(text.node))) return;
  const message = "expected Unicode text, got an escaped surrogate without its other half";
  context.report.add(rule(), message, context.source.placeOf(text.node));
}
