import { decimal } from "../json/digits";
import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { elementFields, Fields } from "./fields";
import { readMarathonApp } from "./marathon";
import { readMarathonPod } from "./marathon-pod";
import { idOf, TaskList } from "./task-list";

/** Reads an array of apps (`PUT /v2/apps`); at most one finding an element more than fits ends it. */
export function readMarathonApps(list: TaskList, array: i32, group: Text, pointer: Text): void {
  const source = list.document.source;
  let index = 0;
  for (let node = source.tape.first(array); node != NONE; node = source.tape.nextElement(array, node)) {
    if (list.isFull) return;
    list.report.subject = null;
    const fields = elementFields(source, node, "an app", list.report);
    const at = index++;
    if (fields === null) continue;
    const task = list.add(node, pointer + "/" + decimal(at));
    if (task === null) return;
    readMarathonApp(task, fields, group, list.policy);
  }
  list.report.subject = null;
}

/**
 * Reads a group with its apps, its pods and the groups inside of it: JSON's own limit of depth is theirs.
 * @param parent absolute id of the group around it, "" for the root
 */
export function readMarathonGroup(list: TaskList, fields: Fields, parent: Text, pointer: Text): void {
  list.report.subject = null;
  const own = idOf(fields, parent);
  const id = own === null ? parent : own;
  const apps = fields.array("apps");
  if (apps != NONE) readMarathonApps(list, apps, id, pointer + "/apps");
  const pods = fields.array("pods");
  if (pods != NONE) readPods(list, pods, id, pointer + "/pods");
  const groups = fields.array("groups");
  if (groups != NONE) readGroups(list, groups, id, pointer + "/groups");
}

function readGroups(list: TaskList, array: i32, parent: Text, pointer: Text): void {
  const source = list.document.source;
  let index = 0;
  for (let node = source.tape.first(array); node != NONE; node = source.tape.nextElement(array, node)) {
    if (list.isFull) return;
    const fields = elementFields(source, node, "a group", list.report);
    const at = index++;
    if (fields !== null) readMarathonGroup(list, fields, parent, pointer + "/" + decimal(at));
  }
}

function readPods(list: TaskList, array: i32, group: Text, pointer: Text): void {
  const source = list.document.source;
  let index = 0;
  for (let node = source.tape.first(array); node != NONE; node = source.tape.nextElement(array, node)) {
    if (list.isFull) return;
    const fields = elementFields(source, node, "a pod", list.report);
    const at = index++;
    if (fields !== null) readMarathonPod(list, fields, group, pointer + "/" + decimal(at));
  }
}
