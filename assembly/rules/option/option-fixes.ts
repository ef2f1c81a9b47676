import { Text } from "../../json/text";
import { Context } from "../../model/context";
import { Finding } from "../../model/finding";
import { Fix, replaceText } from "../../model/fix";
import { RequestOrigin, VolumeRequest } from "../../model/request";
import { VolumeOption } from "../../model/volume-option";
import { isWhole } from "../../model/whole-number";

/**
 * Gives the findings about a request's options their fixes, once all rules have looked at it. The options of a variable
 * are one text: they have one fix together, which mends all that is certain, so that it is good only when nothing else
 * is wrong with them.
 * @param from index of the first finding that can be about the request
 */
export function addFixes(request: VolumeRequest, from: i32, context: Context): void {
  const options = request.options;
  if (options.length == 0) return;
  if (request.origin == RequestOrigin.Environment) {
    const fix = fixOfAll(options, context);
    const node = options[0].key.node;
    for (let index = from; index < context.report.findings.length; index++) {
      const finding = context.report.findings[index];
      if (isAt(finding, node, context)) finding.fix = fix;
    }
    return;
  }
  for (let index = from; index < context.report.findings.length; index++) {
    const finding = context.report.findings[index];
    for (let at = 0; at < options.length; at++) {
      const value = options[at].value;
      if (value !== null && isAt(finding, value.node, context)) finding.fix = fixOfOne(options[at], context);
    }
  }
}

function isAt(finding: Finding, node: i32, context: Context): bool {
  const tape = context.source.tape;
  const place = finding.place;
  return place.source == context.source && place.offset >= tape.start(node) && place.offset <= tape.end(node);
}

// A secret does not leave its document, not even in a fix.
function fixOfOne(option: VolumeOption, context: Context): Fix | null {
  const value = option.value!;
  const meant = meantBy(option.key, value);
  return option.isSecret || meant.equals(value) ? null : replaceText(context.source.tape, value.node, meant);
}

function fixOfAll(options: VolumeOption[], context: Context): Fix | null {
  let all: Text = "";
  for (let index = 0; index < options.length; index++) {
    const option = options[index];
    if (option.isSecret) return null;
    const key = option.key.trim();
    const value = option.value;
    // An empty item, and the same once more, say nothing.
    if ((value === null && key.length == 0) || isRepeated(options, index)) continue;
    const item = value === null ? key : key + "=" + meantBy(key, value);
    all = all.length == 0 ? item : all + "," + item;
  }
  return all.length == 0 ? null : replaceText(context.source.tape, options[0].key.node, all);
}

function isRepeated(options: VolumeOption[], at: i32): bool {
  const value = options[at].value;
  if (value === null) return false;
  const key = options[at].key.trim();
  const meant = meantBy(key, value);
  for (let index = 0; index < at; index++) {
    const other = options[index].value;
    if (other === null || !options[index].key.trim().equalsWithoutCase(key)) continue;
    if (meantBy(key, other).equals(meant)) return true;
  }
  return false;
}

// The value without what is around it; in the spelling that its rule asks for, where that is certain.
function meantBy(key: Text, written: Text): Text {
  const value = written.trim();
  if (key.equalsWithoutCase("overwritefs")) return oneOf(value, "true", "false");
  if (key.equalsWithoutCase("newfstype")) return oneOf(value, "ext4", "xfs");
  if (!key.equalsWithoutCase("size") && !key.equalsWithoutCase("iops")) return value;
  let from = 0;
  while (from < value.length - 1 && value.byteAt(from) == 0x30) from++;
  return isWhole(value) ? value.slice(from, value.length) : value;
}

function oneOf(value: Text, one: Text, other: Text): Text {
  return value.equalsWithoutCase(one) ? one : value.equalsWithoutCase(other) ? other : value;
}
