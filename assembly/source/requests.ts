import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { OPTIONS_MAX, PATH_MAX_BYTES } from "../limits";
import { Document } from "../model/document";
import { Attribute, Slot, SLOT_COUNT } from "../model/environment";
import { locate, Located } from "../model/located";
import { isAbsolute, join, normalise } from "../model/path";
import { Policy } from "../model/policy";
import { ExplicitCreate, RequestOrigin, VolumeRequest } from "../model/request";
import { VolumeOption } from "../model/volume-option";
import * as fieldValue from "../rules/document/field-value";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as jsonRepeatedKey from "../rules/document/json-repeated-key";
import { elementFields, Fields } from "./fields";
import { NameSet } from "./name-set";
import { readOptions } from "./options";

/**
 * Makes a request of every slot that has a name. Empty values count as absent, as in the original; an empty name does
 * not.
 */
export function requestsOfEnvironment(document: Document, policy: Policy): void {
  for (let digit = 0; digit < SLOT_COUNT; digit++) {
    const slot = document.environment.slots[digit];
    if (slot !== null) requestOfSlot(document, slot, policy);
  }
}

function requestOfSlot(document: Document, slot: Slot, policy: Policy): void {
  const variable = slot.get(Attribute.Name);
  // A name that is a secret is a finding of its own.
  if (variable === null || variable.value === null) return;
  const name = variable.value!;
  const driver = slot.textOf(Attribute.Driver);
  const place = document.source.placeOf(name.node);
  const driverName = driver === null ? policy.defaultDriver : driver.text;
  const request = new VolumeRequest(RequestOrigin.Environment, name, driverName, place);
  const last = variable.name.text.byteAt(variable.name.text.length - 1);
  request.slot = last >= 0x30 && last <= 0x39 ? Text.ofByte(last) : "";
  request.driverAsWritten = driver;
  const options = slot.textOf(Attribute.Opts);
  if (options !== null) readOptions(options, request.options, policy);
  request.dvdcli = slot.textOf(Attribute.Dvdcli);
  request.explicitCreateAsWritten = slot.textOf(Attribute.ExplicitCreate);
  request.explicitCreate = readExplicitCreate(request.explicitCreateAsWritten);
  setPath(request, slot.textOf(Attribute.ContainerPath), document, policy);
  document.requests.push(request);
}

function readExplicitCreate(written: Located | null): ExplicitCreate {
  if (written === null) return ExplicitCreate.Absent;
  const value = written.text.trim();
  if (value.equalsWithoutCase("true")) return ExplicitCreate.True;
  return value.equalsWithoutCase("false") ? ExplicitCreate.False : ExplicitCreate.Invalid;
}

function setPath(request: VolumeRequest, path: Located | null, document: Document, policy: Policy): void {
  if (path === null || path.text.length == 0) return;
  request.path = path;
  request.target = path.text;
  request.containerPath = path.text;
  // Too long is an error by itself; what it would be normalised to is of no use to anybody.
  if (path.text.length > PATH_MAX_BYTES) return;
  request.target = normalise(path.text);
  const base: Text | null = isAbsolute(request.target) ? null : sandboxInContainer(document, policy);
  request.containerPath = base === null ? request.target : join(base, request.target);
}

/** The sandbox as the container sees it: at a place of its own when it has a root filesystem, else where it is. */
export function sandboxInContainer(document: Document, policy: Policy): Text | null {
  return document.rootfs !== null && document.sandbox !== null ? policy.sandboxDirectory : document.sandbox;
}

/**
 * A request that does not come from variables.
 * @param holder the object that has the name, or lacks it
 */
export function namedRequest(
  origin: RequestOrigin, name: Located | null, driver: Located | null, holder: Fields, policy: Policy,
): VolumeRequest {
  const source = holder.source;
  const place = name === null ? source.placeOfOpening(holder.object) : source.placeOf(name.node);
  const driverName = driver === null || driver.text.length == 0 ? policy.defaultDriver : driver.text;
  const request = new VolumeRequest(origin, name, driverName, place);
  request.driverAsWritten = driver;
  return request;
}

/** Sets mode and path of a request from the volume that it stands in, and adds it to the document's. */
export function addRequest(
  document: Document, request: VolumeRequest, volume: Fields, pathField: Text, policy: Policy,
): void {
  request.isReadOnly = readMode(volume);
  setPath(request, volume.text(pathField), document, policy);
  document.requests.push(request);
}

// Volume.Mode, required in Mesos; RW where a document leaves it out.
function readMode(fields: Fields): bool {
  const mode = fields.text("mode");
  if (mode === null || mode.text.equals("RW")) return false;
  if (mode.text.equals("RO")) return true;
  fieldValue.report(fields.report, fields.source, mode.node, "mode", "RW or RO");
  return false;
}

/** Reads a list of `{key, value}` as the options of a request. */
export function readParameters(list: i32, holder: Fields, into: VolumeOption[], policy: Policy): void {
  const source = holder.source;
  for (let node = source.tape.first(list); node != NONE; node = source.tape.nextElement(list, node)) {
    if (into.length > OPTIONS_MAX || holder.report.isFull) return;
    const parameter = elementFields(source, node, "a parameter", holder.report);
    if (parameter === null) continue;
    const key = parameter.text("key");
    const value = parameter.text("value");
    if (key === null || value === null) {
      fieldWrongType.report(holder.report, source, node, "a parameter", "an object with key and value");
      continue;
    }
    into.push(new VolumeOption(key, value, policy.isSecretOption(key.text)));
  }
}

/** Reads an object of strings as the options of a request. */
export function readOptionMap(object: i32, holder: Fields, into: VolumeOption[], policy: Policy): void {
  const tape = holder.source.tape;
  const names = new NameSet();
  for (let key = tape.first(object); key != NONE; key = tape.nextKey(object, key)) {
    if (into.length > OPTIONS_MAX || holder.report.isFull) return;
    const name = locate(tape, key);
    if (names.add(key, name) != NONE) jsonRepeatedKey.report(holder.report, holder.source, key);
    const node = tape.value(key);
    if (tape.kind(node) == Kind.String) {
      into.push(new VolumeOption(name, locate(tape, node), policy.isSecretOption(name)));
    } else {
      fieldWrongType.report(holder.report, holder.source, node, "an option's value", "a string");
    }
  }
}
