import { NONE } from "../json/tape";
import { Document } from "../model/document";
import { Task } from "../model/task";
import { readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { readMarathonCommand } from "./marathon";

/** Reads a Metronome job: all that concerns us is in `run`. It has no external volumes, only variables. */
export function readMetronomeJob(document: Document, fields: Fields): void {
  document.subject.id = fields.text("id");
  const run = fields.fields("run");
  if (run === null) return;
  const environment = run.objectNode("env");
  if (environment != NONE) readObjectEnvironment(document.source, environment, document.environment, fields.report);
  const task = new Task();
  readMarathonCommand(task, run);
  document.task = task;
}
