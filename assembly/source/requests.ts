import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { OPTIONS_MAX, PATH_MAX_BYTES, VOLUMES_MAX } from "../limits";
import { Document } from "../model/document";
import { Attribute, Slot, SLOT_COUNT } from "../model/environment";
import { isAbsolute, join, normalise } from "../model/path";
import { Policy } from "../model/policy";
import { ExplicitCreate, Located, RequestOrigin, VolumeOption, VolumeRequest } from "../model/request";
import { Report } from "../model/report";
import * as fieldValue from "../rules/document/field-value";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as tooManyVolumes from "../rules/volume/too-many-volumes";
import { elementFields, Fields } from "./fields";
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

/** Makes a request of every volume of type DOCKER_VOLUME in a Mesos `ContainerInfo.volumes`. */
export function requestsOfVolumes(document: Document, volumes: i32, policy: Policy, report: Report): void {
  const source = document.source;
  let count = 0;
  for (let node = source.tape.first(volumes); node != NONE; node = source.tape.nextElement(volumes, node)) {
    if (report.isFull) return;
    const fields = elementFields(source, node, "a volume", report);
    if (fields === null) continue;
    const volumeSource = fields.fields("source");
    if (volumeSource === null) continue;
    const type = volumeSource.text("type");
    if (type === null || !type.text.equals("DOCKER_VOLUME")) continue;
    if (count++ == VOLUMES_MAX) {
      tooManyVolumes.report(report, source, node);
      return;
    }
    requestOfVolume(document, fields, volumeSource, policy);
  }
}

function requestOfVolume(document: Document, fields: Fields, volumeSource: Fields, policy: Policy): void {
  const source = document.source;
  const volume = volumeSource.fields("docker_volume");
  if (volume === null) {
    fieldWrongType.report(fields.report, source, volumeSource.object, "source", "an object with a docker_volume");
    return;
  }
  const name = volume.text("name");
  const driver = volume.text("driver");
  const place = name === null ? source.placeOfOpening(volume.object) : source.placeOf(name.node);
  const driverName = driver === null || driver.text.length == 0 ? policy.defaultDriver : driver.text;
  const request = new VolumeRequest(RequestOrigin.DockerVolume, name, driverName, place);
  request.driverAsWritten = driver;
  readParameters(volume, request.options, policy);
  request.isReadOnly = readMode(fields);
  setPath(request, fields.text("container_path"), document, policy);
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

// `driver_options.parameter`: a list of {key, value}.
function readParameters(volume: Fields, into: VolumeOption[], policy: Policy): void {
  const options = volume.fields("driver_options");
  if (options === null) return;
  const list = options.array("parameter");
  if (list == NONE) return;
  const source = volume.source;
  for (let node = source.tape.first(list); node != NONE; node = source.tape.nextElement(list, node)) {
    if (into.length > OPTIONS_MAX || volume.report.isFull) return;
    const parameter = elementFields(source, node, "a parameter", volume.report);
    if (parameter === null) continue;
    const key = parameter.text("key");
    const value = parameter.text("value");
    if (key === null || value === null) {
      fieldWrongType.report(volume.report, source, node, "a parameter", "an object with key and value");
      continue;
    }
    into.push(new VolumeOption(key, value, policy.isSecretOption(key.text)));
  }
}
