import { NONE } from "../json/tape";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { RequestOrigin } from "../model/request";
import { Task } from "../model/task";
import { VolumeWalk } from "./docker-volumes";
import { readMesosEnvironment } from "./environment";
import { Fields } from "./fields";
import { addRequest, namedRequest, readParameters } from "./requests";
import { stringsOf } from "./strings";

/** Reads a Chronos job: `environmentVariables`, a list, `container.volumes[].external`, whose provider is a driver. */
export function readChronosJob(document: Document, fields: Fields, policy: Policy): void {
  document.subject.id = fields.text("name");
  const variables = fields.array("environmentVariables");
  if (variables != NONE) readMesosEnvironment(document.source, variables, document.environment, fields.report);
  const container = fields.fields("container");
  if (container !== null) requestsOfContainer(document, container, policy);
  const task = new Task();
  task.shell = fields.boolean("shell", true);
  task.value = fields.string("command");
  task.arguments = stringsOf(fields, "arguments");
  task.user = fields.string("runAsUser");
  document.task = task;
}

function requestsOfContainer(document: Document, container: Fields, policy: Policy): void {
  const volumes = new VolumeWalk(container);
  while (volumes.next()) {
    const external = volumes.fields!.fields("external");
    if (external === null) continue;
    if (!volumes.hasRoom()) return;
    const driver = external.text("provider");
    const request = namedRequest(RequestOrigin.External, external.text("name"), driver, external, policy);
    const options = external.array("options");
    if (options != NONE) readParameters(options, external, request.options, policy);
    addRequest(document, request, volumes.fields!, "containerPath", policy);
  }
}
