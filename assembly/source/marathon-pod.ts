import { decimal } from "../json/digits";
import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { Document } from "../model/document";
import { ATTRIBUTE_COUNT, Environment, SLOT_COUNT, Variable } from "../model/environment";
import { join } from "../model/path";
import { Task } from "../model/task";
import * as externalInPod from "../rules/external/external-in-pod";
import { VolumeWalk } from "./docker-volumes";
import { addOwn, readObjectEnvironment } from "./environment";
import { elementFields, Fields } from "./fields";
import { checkPodContainerFields, checkPodFields } from "./marathon-fields";
import { readInstances, readOverlap } from "./marathon-instances";
import { requestsOfEnvironment } from "./requests";
import { idOf, TaskList } from "./task-list";

/**
 * Reads a pod: each of its containers is a task, with the pod's variables beside its own.
 * @param group absolute id that the pod's own is taken from, "" for the root
 */
export function readMarathonPod(list: TaskList, fields: Fields, group: Text, pointer: Text): void {
  const source = list.document.source;
  list.report.subject = null;
  const id = idOf(fields, group);
  checkPodFields(fields);
  const shared = new Environment();
  readPodEnvironment(fields, shared);
  checkVolumes(fields);
  const scaling = fields.fields("scaling");
  const scheduling = fields.fields("scheduling");
  const upgrade: Fields | null = scheduling === null ? null : scheduling.fields("upgrade");
  const containers = fields.array("containers");
  if (containers == NONE) return;
  let index = 0;
  for (let node = source.tape.first(containers); node != NONE; node = source.tape.nextElement(containers, node)) {
    list.report.subject = null;
    const container = elementFields(source, node, "a container", list.report);
    const at = index++;
    if (container === null) continue;
    const task = list.add(node, pointer + "/containers/" + decimal(at));
    if (task === null) return;
    readContainer(task, container, id, shared);
    if (scaling !== null) readInstances(task, scaling);
    task.overlap = readOverlap(task, fields, upgrade, false);
    requestsOfEnvironment(task, list.policy);
  }
  list.report.subject = null;
}

// A pod's volumes are others: what is external among them, Marathon refuses.
function checkVolumes(pod: Fields): void {
  const volumes = new VolumeWalk(pod);
  while (volumes.next()) {
    const external = volumes.fields!.objectNode("external");
    if (external != NONE) externalInPod.report(pod.report, pod.source, external);
  }
}

function readPodEnvironment(fields: Fields, into: Environment): void {
  const environment = fields.objectNode("environment");
  if (environment != NONE) readObjectEnvironment(fields.source, environment, into, fields.report);
}

function readContainer(task: Document, fields: Fields, pod: Text | null, shared: Environment): void {
  const name = fields.text("name");
  if (pod !== null && name !== null) task.subject.id = join(pod, name);
  readPodEnvironment(fields, task.environment);
  inherit(task.environment, shared);
  checkPodContainerFields(fields);
  task.task = new Task();
}

// Marathon gives each container the pod's variables; the container's own ones go before. Only ours matter, and of
// those there are never more than a slot has room for.
function inherit(own: Environment, shared: Environment): void {
  for (let digit = 0; digit < SLOT_COUNT; digit++) {
    const slot = shared.slots[digit];
    if (slot === null) continue;
    for (let attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
      inheritOne(own, slot.attributes[attribute], digit, attribute);
      inheritOne(own, slot.alternative(attribute), digit, attribute);
    }
  }
}

function inheritOne(own: Environment, variable: Variable | null, digit: i32, attribute: i32): void {
  if (variable === null) return;
  const slot = own.slots[digit];
  if (slot !== null) {
    const before = slot.attributes[attribute];
    const other = slot.alternative(attribute);
    if (before !== null && before.name.equals(variable.name)) return;
    if (other !== null && other.name.equals(variable.name)) return;
  }
  addOwn(own, variable);
}
