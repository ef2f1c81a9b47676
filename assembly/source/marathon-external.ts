import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { Document } from "../model/document";
import { ExternalVolume } from "../model/external-volume";
import { locate, Located } from "../model/located";
import { Policy } from "../model/policy";
import { RequestOrigin, VolumeRequest } from "../model/request";
import { VolumeOption } from "../model/volume-option";
import * as fieldValue from "../rules/document/field-value";
import { VolumeWalk } from "./docker-volumes";
import { Fields } from "./fields";
import { addRequest, namedRequest, readOptionMap } from "./requests";

/** What the options of our provider begin with. */
const NAMESPACE: Text = "dvdi/";

/**
 * Makes a request of every volume of a Marathon app with `external`, as Marathon 1.3 and later give it to an agent: a
 * DOCKER_VOLUME whose options are those of `dvdi/` without that prefix, their values trimmed.
 */
export function requestsOfExternal(document: Document, container: Fields, policy: Policy): void {
  // Marathon's default.
  const type = container.text("type");
  const isDocker = type === null || type.text.equals("DOCKER");
  const volumes = new VolumeWalk(container);
  while (volumes.next()) {
    const external = volumes.fields!.fields("external");
    if (external === null) continue;
    if (!volumes.hasRoom()) return;
    requestOf(document, volumes.fields!, external, isDocker, policy);
  }
}

function requestOf(document: Document, volume: Fields, external: Fields, isDocker: bool, policy: Policy): void {
  const details = new ExternalVolume(isDocker, external.source.placeOfOpening(external.object));
  details.provider = external.text("provider");
  details.mode = volume.text("mode");
  details.isShared = external.boolean("shared", false);
  details.size = sizeOf(external);
  const map = external.objectNode("options");
  if (map != NONE) readOptionMap(map, external, details.options, policy);
  const driver = optionOf(details, "dvdi/driver");
  const request = namedRequest(RequestOrigin.External, external.text("name"), driver, external, policy);
  request.external = details;
  document.hasExternal = true;
  readDriverOptions(request, details, external);
  addRequest(document, request, volume, "containerPath", policy);
}

function optionOf(details: ExternalVolume, key: Text): Located | null {
  for (let index = 0; index < details.options.length; index++) {
    if (details.options[index].key.equals(key)) return details.options[index].value;
  }
  return null;
}

// `size` stands for `dvdi/size`, whatever that says.
function readDriverOptions(request: VolumeRequest, details: ExternalVolume, external: Fields): void {
  for (let index = 0; index < details.options.length; index++) {
    const option = details.options[index];
    const key = option.key;
    if (!key.startsWith(NAMESPACE) || key.equalsWithoutCase("dvdi/driver")) continue;
    if (details.size != NONE && key.equals("dvdi/size")) continue;
    const name = key.cut(NAMESPACE.length, key.length);
    request.options.push(new VolumeOption(name, trimmed(option.value!), option.isSecret));
  }
  if (details.size == NONE) return;
  const value = locate(external.source.tape, details.size);
  request.options.push(new VolumeOption(new Located(SIZE.start, SIZE.length, details.size, 0), value, false));
}

const SIZE: Text = "size";

function trimmed(value: Located): Located {
  const text = value.text.trim();
  const from = <i32>(text.start - value.start);
  return value.cut(from, from + text.length);
}

// Node of `size`, in GiB, or `NONE`.
function sizeOf(external: Fields): i32 {
  const node = external.find("size");
  const tape = external.source.tape;
  if (node == NONE || tape.kind(node) == Kind.Number) return node;
  fieldValue.report(external.report, external.source, node, "size", "a number of GiB");
  return NONE;
}
