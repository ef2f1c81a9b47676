import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { Presence } from "../../model/ledger-mount";
import { LedgerVolume } from "../../model/ledger-row";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "volume-vanished",
    "Mount that is gone under its users",
    Severity.Error,
    "End the containers that use the volume, then let recover release it.",
  );
}

/** Mounting it again would hide the failure from those who use it, and could give a driver two mounts to count. */
export function check(request: VolumeRequest, row: LedgerVolume, context: Context): void {
  if (row.users == 0 || !row.isVanished) return;
  const got = row.presence == Presence.Missing ? "no mount" : "another mount";
  const message =
    "expected volume " + quote(request.volumeName) + " to be mounted, since other containers use it, got " + got;
  context.report.add(rule(), message, request.place);
}
