import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { LedgerVolume } from "../../model/ledger-row";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "volume-in-use",
    "Volume in use by another container",
    Severity.Error,
    "Wait for the other container, or let the policy say \"sharing\": \"allow\" for this driver.",
  );
}

/** As the original: a path for a volume that another container has is a failure, unless policy allows to share it. */
export function check(request: VolumeRequest, row: LedgerVolume, context: Context): void {
  if (!request.hasPath || row.users == 0 || context.policy.allowsSharing(request.driver)) return;
  const users = row.users == 1 ? "another container" : decimal(row.users) + " other containers";
  const message = "expected volume " + quote(request.volumeName) + " to be free, got it in use by " + users;
  context.report.add(rule(), message, request.place);
}
