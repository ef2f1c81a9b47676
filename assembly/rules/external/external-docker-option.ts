import { ExternalVolume } from "../../model/external-volume";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "external-docker-option",
    "Option that Docker would not be given",
    Severity.Error,
    "Remove the option, or set container.type to MESOS.",
  );
}

/** Marathon: Docker makes no volume here, so that `dvdi/driver` is all it takes. */
export function check(volume: ExternalVolume, context: Context): void {
  if (!volume.isDocker) return;
  for (let index = 0; index < volume.options.length; index++) {
    const key = volume.options[index].key;
    if (key.equals("dvdi/driver")) continue;
    const message = "expected only 'dvdi/driver' in a container of type DOCKER, got " + quote(key);
    context.report.add(rule(), message, context.placeOf(key));
  }
}
