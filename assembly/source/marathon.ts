import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { Task } from "../model/task";
import { readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { requestsOfExternal } from "./marathon-external";
import { checkAppFields } from "./marathon-fields";
import { readInstances, readOverlap } from "./marathon-instances";
import { requestsOfEnvironment } from "./requests";
import { stringsOf } from "./strings";
import { idOf } from "./task-list";

/**
 * Reads a Marathon app definition: `env`, and the task from `cmd` or `args` and `user`.
 * @param group absolute id of the group that it is in, "" for the root
 */
export function readMarathonApp(document: Document, fields: Fields, group: Text, policy: Policy): void {
  document.subject.id = idOf(fields, group);
  const environment = fields.objectNode("env");
  if (environment != NONE) readObjectEnvironment(document.source, environment, document.environment, fields.report);
  checkAppFields(fields);
  readInstances(document, fields);
  document.overlap = readOverlap(document, fields, fields.fields("upgradeStrategy"), true);
  const container = fields.fields("container");
  if (container !== null) requestsOfExternal(document, container, policy);
  const task = new Task();
  readMarathonCommand(task, fields);
  document.task = task;
  requestsOfEnvironment(document, policy);
}

/** Takes what a task does: `cmd` is a line for the shell, `args` an argv without one. */
export function readMarathonCommand(task: Task, fields: Fields): void {
  task.value = fields.string("cmd");
  task.shell = task.value != NONE;
  task.arguments = task.shell ? NONE : stringsOf(fields, "args");
  task.user = fields.string("user");
}
