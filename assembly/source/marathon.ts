import { NONE } from "../json/tape";
import { Document } from "../model/document";
import { Task } from "../model/task";
import { readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { stringsOf } from "./strings";

/** Reads a Marathon app definition: `env`, and the task from `cmd` or `args` and `user`. */
export function readMarathonApp(document: Document, fields: Fields): void {
  const environment = fields.objectNode("env");
  if (environment != NONE) readObjectEnvironment(document.source, environment, document.environment, fields.report);
  const task = new Task();
  task.value = fields.string("cmd");
  // Marathon: `cmd` is a line for the shell, `args` an argv without one.
  task.shell = task.value != NONE;
  task.arguments = task.shell ? NONE : stringsOf(fields, "args");
  task.user = fields.string("user");
  document.task = task;
}
