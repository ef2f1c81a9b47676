import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { refusedCharacter } from "../../model/characters";
import { replaceText } from "../../model/fix";
import { Located } from "../../model/located";
import { Characters } from "../../model/policy";
import { RequestOrigin, VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "characters",
    "Character that is refused",
    Severity.Error,
    "Use other characters, or let the policy say \"characters\": \"printable\".",
  );
}

/**
 * The original refuses 26 characters in NAME, DRIVER, OPTS and EXPLICITCREATE; ours adds all control characters.
 * Requests that do not come from variables, and all under `characters: "printable"`, refuse control characters only:
 * nothing here reaches a shell.
 */
export function check(request: VolumeRequest, context: Context): void {
  const isSeed = request.origin == RequestOrigin.Environment && context.policy.characters == Characters.Seed;
  const name = request.name;
  if (name !== null) checkOne(name, "the volume's name", isSeed, context);
  const driver = request.driverAsWritten;
  if (driver !== null) checkOne(driver, "the driver's name", isSeed, context);
  const explicitCreate = request.explicitCreateAsWritten;
  if (explicitCreate !== null) checkOne(explicitCreate, "EXPLICITCREATE", isSeed, context);
  for (let index = 0; index < request.options.length; index++) {
    const option = request.options[index];
    checkOne(option.key, "an option's key", isSeed, context);
    const value = option.value;
    if (value !== null) checkOne(value, "an option's value", isSeed, context);
  }
}

function checkOne(text: Located, what: Text, isSeed: bool, context: Context): void {
  const at = refusedCharacter(text.text, isSeed);
  if (at < 0) return;
  const byte = text.text.byteAt(at);
  const got = byte > 0x20 && byte < 0x7f
    ? "'" + Text.ofByte(byte) + "'"
    : byte == 0x20 ? "a space" : "a control character";
  const length = byte >= 0x80 ? 2 : 1;
  const place = context.placeOf(text.cut(at, at + length));
  // What is around a value is often meant by nobody. Only where it changes no name is the fix found to be good.
  const fix = replaceText(context.source.tape, text.node, text.trim());
  context.report.add(rule(), "expected " + what + " without " + got, place, fix);
}
