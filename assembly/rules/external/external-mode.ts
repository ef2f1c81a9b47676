import { ExternalVolume } from "../../model/external-volume";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";

export function rule(): Rule {
  return new Rule(
    "external-mode",
    "External volume that is only read",
    Severity.Error,
    "Write \"mode\": \"RW\".",
  );
}

/** Marathon: the Mesos containerizer mounts external volumes read-write only. */
export function check(volume: ExternalVolume, context: Context): void {
  const mode = volume.mode;
  if (mode === null || volume.isDocker || !mode.equals("RO")) return;
  const message = "expected mode to be RW in a container of type MESOS, got 'RO'";
  context.report.add(rule(), message, context.placeOf(mode));
}
