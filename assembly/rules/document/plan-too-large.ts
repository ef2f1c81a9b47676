import { RESPONSE_SIZE_MAX_BYTES } from "../../limits";
import { decimal } from "../../json/digits";
import { Text } from "../../json/text";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { VolumeRequest } from "../../model/request";
import { Rule, Severity } from "../../model/rule";
import { nowhere } from "../../model/source";

/** Most bytes of a plan that come from one request besides the texts below: keys, numbers, marks. */
const REQUEST_BYTES: i64 = 4096;
/** How often a path can stand in a plan: claim, directory, bind, two commands, each with what it is under. */
const PATH_COPIES: i64 = 8;
/** How often a name, a driver or an option can stand in one: claim, step, undo. */
const TEXT_COPIES: i64 = 4;
/** Bytes around one option. */
const OPTION_BYTES: i64 = 64;
/** Longest escape of a byte that a plan can hold: control characters are refused. */
const ESCAPE: i64 = 2;
/** What is left for findings and the rest. */
const OTHERS_BYTES: i64 = 512 * 1024;

export function rule(): Rule {
  return new Rule(
    "plan-too-large",
    "Plan too large",
    Severity.Error,
    "Ask for fewer volumes, or use shorter paths and options.",
  );
}

/**
 * A plan repeats paths and options, so that a document within its limits could ask for one past the limit of an answer.
 * The estimate is never too small; it is made for `inspect` as well, so that both say the same.
 */
export function check(document: Document, context: Context): void {
  const roots = sizeOf(context.policy.mountRoots);
  const base = lengthOf(document.rootfs) + lengthOf(document.sandbox) + <i64>context.policy.sandboxDirectory.length;
  let size: i64 = 0;
  for (let index = 0; index < document.requests.length; index++) {
    size += REQUEST_BYTES + ESCAPE * (sizeOfRequest(document.requests[index], base) + roots);
  }
  const sizeMax = <i64>RESPONSE_SIZE_MAX_BYTES - OTHERS_BYTES;
  if (size <= sizeMax) return;
  const message = "expected a plan of at most " + decimal(sizeMax) + " bytes, got one of up to " + decimal(size);
  context.report.add(rule(), message, nowhere(context.source));
}

function sizeOfRequest(request: VolumeRequest, base: i64): i64 {
  let size = TEXT_COPIES * (<i64>request.volumeName.length + <i64>request.driver.length + lengthOf(request.dvdcli));
  if (request.hasPath) size += PATH_COPIES * (base + <i64>request.containerPath.length);
  for (let index = 0; index < request.options.length; index++) {
    const option = request.options[index];
    size += TEXT_COPIES * (OPTION_BYTES + <i64>option.key.length + lengthOf(option.value));
  }
  return size;
}

function sizeOf(texts: Text[]): i64 {
  let size: i64 = 0;
  for (let index = 0; index < texts.length; index++) size += <i64>texts[index].length + 4;
  return size;
}

function lengthOf(text: Text | null): i64 {
  return text === null ? 0 : <i64>text.length;
}
