import { Text } from "../json/text";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { VolumeRequest } from "../model/request";

/** Most bytes that one byte of a text becomes: a quotation mark or a backslash takes an escape. */
const ESCAPE_FACTOR: i32 = 2;
/** The texts that are the same for every volume: keys, actions, numbers; 1,150 when this was written. */
const VOLUME_BYTES: i32 = 1536;
/** A finding with its hint and four quotations. */
const FINDING_BYTES: i32 = 4096;
/** Keys of an option, twice: in its claim and in its step. */
const OPTION_BYTES: i32 = 80;
/** A step's number in a list, with its comma. */
const REFERENCE_BYTES: i32 = 5;

/**
 * At least as many bytes as the plan for a document will have, without making it. Paths, rootfs and sandbox are written
 * several times for each volume, and mount roots once, so that a document of 1 MiB may ask for more than an answer holds.
 */
export function planSizeMax(document: Document, container: Text, policy: Policy, findings: i32): i32 {
  let shared = VOLUME_BYTES + container.length + document.requests.length * REFERENCE_BYTES;
  for (let index = 0; index < policy.mountRoots.length; index++) {
    shared += ESCAPE_FACTOR * (policy.mountRoots[index].length + 2);
  }
  const within = lengthOf(document.rootfs) + lengthOf(document.sandbox) + policy.sandboxDirectory.length;
  let size = VOLUME_BYTES + findings * FINDING_BYTES;
  for (let index = 0; index < document.requests.length; index++) {
    size += shared + requestSizeMax(document.requests[index], within);
  }
  return size;
}

// A path stands in claim, directory, bind, and in two commands; driver and name in claim and step.
function requestSizeMax(request: VolumeRequest, within: i32): i32 {
  let size = 5 * (request.containerPath.length + within) + 2 * (request.driver.length + request.volumeName.length);
  for (let index = 0; index < request.options.length; index++) {
    const option = request.options[index];
    const value = option.value;
    size += 2 * (option.key.text.length + (value === null ? 0 : value.text.length)) + OPTION_BYTES;
  }
  return ESCAPE_FACTOR * size;
}

function lengthOf(text: Text | null): i32 {
  return text === null ? 0 : text.length;
}
