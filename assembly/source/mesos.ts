import { NONE } from "../json/tape";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { DOCUMENT_DEPTH_MAX, PATH_MAX_BYTES } from "../limits";
import { refusedCharacter } from "../model/characters";
import { Document } from "../model/document";
import { isAbsolute, normalise, parentSegment } from "../model/path";
import { Policy } from "../model/policy";
import { Task } from "../model/task";
import * as fieldValue from "../rules/document/field-value";
import { requestsOfVolumes } from "./docker-volumes";
import { readMesosEnvironment } from "./environment";
import { Fields } from "./fields";
import { stringsOf } from "./strings";

/**
 * Reads what an isolator is given in `prepare`: a Mesos `ContainerConfig` in its JSON form, alone or as
 * `{"container_id", "container_config"}`.
 */
export function readMesosContainer(document: Document, fields: Fields, policy: Policy): void {
  const inner = fields.fields("container_config");
  const config = inner === null ? fields : inner;
  const id = fields.fields("container_id");
  const isNested = id !== null && readContainerId(document, id);
  // A DEBUG container shares what its parent has: it asks for nothing.
  const containerClass = config.text("container_class");
  if (containerClass !== null && containerClass.text.equals("DEBUG")) return;
  const task = new Task();
  task.directory = config.string("directory");
  task.rootfs = config.string("rootfs");
  document.sandbox = directoryOf(config, task.directory, "directory");
  document.rootfs = directoryOf(config, task.rootfs, "rootfs");
  const executor: Fields | null = isNested ? null : config.fields("executor_info");
  readEnvironment(document, config, executor);
  readVolumes(document, config, executor, policy);
  readTask(task, config);
  document.task = task;
}

// Sets the id, parents in front; true when there is a parent.
function readContainerId(document: Document, id: Fields): bool {
  let joined = "";
  let isNested = false;
  let fields: Fields | null = id;
  for (let depth = 0; fields !== null && depth < DOCUMENT_DEPTH_MAX; depth++) {
    const value = fields.text("value");
    if (value === null) return isNested;
    joined = depth == 0 ? value.text : value.text + "." + joined;
    fields = fields.fields("parent");
    isNested = isNested || fields !== null;
  }
  document.container = joined;
  return isNested;
}

// A plan names places under these: a path that is relative or goes up would lead elsewhere.
function directoryOf(config: Fields, node: i32, name: Text): Text | null {
  if (node == NONE) return null;
  const path = config.source.tape.textOf(node);
  if (path.length == 0) return null;
  const isClean = isAbsolute(path) && parentSegment(path) < 0 && refusedCharacter(path, false) < 0;
  if (isClean && path.length <= PATH_MAX_BYTES) return normalise(path);
  const expected = "an absolute path of at most " + decimal(PATH_MAX_BYTES) + " bytes, without '..'";
  fieldValue.report(config.report, config.source, node, name, expected);
  return path;
}

// From Mesos 1.2 a nested container is given a copy of its root's executor_info, so that only command_info is its own.
// A root container has its variables in executor_info.command; from 1.1 in command_info as well.
function readEnvironment(document: Document, config: Fields, executor: Fields | null): void {
  const own: Fields | null = executor === null ? null : executor.fields("command");
  if (own !== null && readCommandEnvironment(document, own)) return;
  const command = config.fields("command_info");
  if (command !== null) readCommandEnvironment(document, command);
}

/** Reads the variables of a Mesos `CommandInfo`; false when it has no environment. */
export function readCommandEnvironment(document: Document, command: Fields): bool {
  const environment = command.fields("environment");
  if (environment === null) return false;
  const variables = environment.array("variables");
  if (variables != NONE) readMesosEnvironment(document.source, variables, document.environment, command.report);
  return true;
}

// container_info since Mesos 0.28; before, a root container has it in executor_info.container.
function readVolumes(document: Document, config: Fields, executor: Fields | null, policy: Policy): void {
  let container = config.fields("container_info");
  if (container === null && executor !== null) container = executor.fields("container");
  if (container === null) return;
  requestsOfVolumes(document, container, policy);
}

// A command task's own command is in task_info: command_info is the executor's then.
function readTask(task: Task, config: Fields): void {
  const taskInfo = config.fields("task_info");
  const own: Fields | null = taskInfo === null ? null : taskInfo.fields("command");
  task.user = config.string("user");
  readCommand(task, own === null ? config.fields("command_info") : own);
}

/** Takes what a task does from a Mesos `CommandInfo`. */
export function readCommand(task: Task, command: Fields | null): void {
  if (command === null) return;
  task.shell = command.boolean("shell", true);
  task.value = command.string("value");
  task.arguments = stringsOf(command, "arguments");
  const user = command.string("user");
  if (user != NONE) task.user = user;
}
