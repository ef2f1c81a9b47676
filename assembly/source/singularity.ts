import { NONE } from "../json/tape";
import { Document } from "../model/document";
import { Policy } from "../model/policy";
import { Task } from "../model/task";
import { requestsOfSingularityVolumes } from "./docker-volumes";
import { readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { readInstances } from "./marathon-instances";
import { stringsOf } from "./strings";

/**
 * Reads what Singularity is sent: a deploy, alone or in `{"deploy"}`, or a request, which asks for nothing by itself. A
 * deploy's variables are in `env`, its volumes in `containerInfo.volumes[].source.dockerVolume`.
 */
export function readSingularityRequest(document: Document, fields: Fields, policy: Policy): void {
  const inner = fields.fields("deploy");
  const deploy = inner === null ? fields : inner;
  const request = deploy.text("requestId");
  document.subject.id = request === null ? deploy.text("id") : request;
  const updated = fields.fields("updatedRequest");
  readInstances(document, updated === null ? fields : updated);
  const environment = deploy.objectNode("env");
  if (environment != NONE) readObjectEnvironment(document.source, environment, document.environment, fields.report);
  const container = deploy.fields("containerInfo");
  if (container !== null) requestsOfSingularityVolumes(document, container, policy);
  const task = new Task();
  task.value = deploy.string("command");
  task.arguments = stringsOf(deploy, "arguments");
  task.user = deploy.string("user");
  document.task = task;
}
