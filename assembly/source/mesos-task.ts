import { Text } from "../json/text";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { Task } from "../model/task";
import { requestsOfVolumes } from "./docker-volumes";
import { Fields } from "./fields";
import { readCommand, readCommandEnvironment } from "./mesos";

/**
 * Reads a Mesos `TaskInfo`, what a framework launches. One with an executor of its own and no command is run by that
 * executor: its container, its variables.
 */
export function readMesosTask(document: Document, fields: Fields, policy: Policy): void {
  const executor = fields.fields("executor");
  const isOfExecutor = executor !== null && fields.fields("command") === null;
  readInfo(document, isOfExecutor ? executor! : fields, policy);
  // Where the executor has no container of its own, it runs in the task's.
  const container = fields.fields("container");
  if (isOfExecutor && container !== null && executor!.fields("container") === null) {
    requestsOfVolumes(document, container, policy);
  }
  document.subject.id = idOf(fields, "task_id");
}

/** Reads a Mesos `ExecutorInfo`: its container is one that the agent prepares. */
export function readMesosExecutor(document: Document, fields: Fields, policy: Policy): void {
  readInfo(document, fields, policy);
  document.subject.id = idOf(fields, "executor_id");
}

function idOf(fields: Fields, name: Text): Text | null {
  const id = fields.fields(name);
  return id === null ? null : id.text("value");
}

// `command` and `container` of either.
function readInfo(document: Document, fields: Fields, policy: Policy): void {
  const command = fields.fields("command");
  if (command !== null) readCommandEnvironment(document, command);
  const container = fields.fields("container");
  if (container !== null) requestsOfVolumes(document, container, policy);
  const task = new Task();
  readCommand(task, command);
  document.task = task;
}
