import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { VOLUMES_MAX } from "../limits";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { RequestOrigin } from "../model/request";
import { Source } from "../model/source";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as tooManyVolumes from "../rules/volume/too-many-volumes";
import { elementFields, Fields } from "./fields";
import { addRequest, namedRequest, readOptionMap, readParameters } from "./requests";

/** How a volume of type DOCKER_VOLUME is spelled: Mesos' names or Singularity's. */
// @ts-ignore: decorator
@unmanaged
class Names {
  constructor(
    readonly volume: Text,
    readonly path: Text,
    readonly options: Text,
    /** Whether the options are a list in an object (`parameter`), not an object of texts. */
    readonly hasParameters: bool,
  ) {}
}

/** Makes a request of every volume of type DOCKER_VOLUME in a Mesos `ContainerInfo`. */
export function requestsOfVolumes(document: Document, container: Fields, policy: Policy): void {
  requestsOf(document, container, new Names("docker_volume", "container_path", "driver_options", true), policy);
}

/** The same for Singularity's `containerInfo`. */
export function requestsOfSingularityVolumes(document: Document, container: Fields, policy: Policy): void {
  requestsOf(document, container, new Names("dockerVolume", "containerPath", "driverOptions", false), policy);
}

function requestsOf(document: Document, container: Fields, names: Names, policy: Policy): void {
  const volumes = new VolumeWalk(container);
  while (volumes.next()) {
    const fields = volumes.fields!;
    const source = fields.fields("source");
    if (source === null) continue;
    const type = source.text("type");
    if (type === null || !type.text.equals("DOCKER_VOLUME")) continue;
    if (!volumes.hasRoom()) return;
    requestOf(document, fields, source, names, policy);
  }
}

function requestOf(document: Document, fields: Fields, source: Fields, names: Names, policy: Policy): void {
  const volume = source.fields(names.volume);
  if (volume === null) {
    fieldWrongType.report(fields.report, fields.source, source.object, "source", "an object with a " + names.volume);
    return;
  }
  const request = namedRequest(RequestOrigin.DockerVolume, volume.text("name"), volume.text("driver"), volume, policy);
  const options = volume.fields(names.options);
  if (options !== null) {
    const list = names.hasParameters ? options.array("parameter") : options.object;
    if (!names.hasParameters) readOptionMap(list, volume, request.options, policy);
    else if (list != NONE) readParameters(list, volume, request.options, policy);
  }
  addRequest(document, request, fields, names.path, policy);
}

/** The elements of a container's `volumes`, those that are objects. */
// @ts-ignore: decorator
@unmanaged
export class VolumeWalk {
  /** The volume at hand. */
  fields: Fields | null = null;
  private readonly source: Source;
  private readonly list: i32;
  private node: i32 = NONE;
  private count: i32 = 0;

  constructor(private readonly container: Fields) {
    this.source = container.source;
    this.list = container.array("volumes");
  }

  /** Goes to the next one; false at the end. */
  next(): bool {
    const tape = this.source.tape;
    const report = this.container.report;
    while (this.list != NONE && !report.isFull) {
      this.node = this.node == NONE ? tape.first(this.list) : tape.nextElement(this.list, this.node);
      if (this.node == NONE) return false;
      this.fields = elementFields(this.source, this.node, "a volume", report);
      if (this.fields !== null) return true;
    }
    return false;
  }

  /** Counts the volume at hand as one of ours; false, and told, when it is one too many. */
  hasRoom(): bool {
    if (this.count++ < VOLUMES_MAX) return true;
    tooManyVolumes.report(this.container.report, this.source, this.node);
    return false;
  }
}
