import { NONE } from "../../json/tape";
import { ExternalVolume } from "../../model/external-volume";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";

export function rule(): Rule {
  return new Rule(
    "external-docker-size",
    "Size that Docker would not be given",
    Severity.Error,
    "Remove the size, or set container.type to MESOS.",
  );
}

/** Marathon: Docker makes no volume here, so that a size has no effect. */
export function check(volume: ExternalVolume, context: Context): void {
  if (!volume.isDocker || volume.size == NONE) return;
  const message = "expected no size in a container of type DOCKER, got " + context.source.tape.textOf(volume.size);
  context.report.add(rule(), message, context.source.placeOf(volume.size));
}
