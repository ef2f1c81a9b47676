import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { LedgerVolume } from "../../model/ledger-row";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "volume-case",
    "Live volume that differs in case only",
    Severity.Warning,
    "Use the same spelling if the same volume is meant.",
  );
}

/** The original's identity of a volume is a hash of the lower-cased pair; ours is exact. */
export function check(request: VolumeRequest, row: LedgerVolume, context: Context): void {
  const isExact = row.driver.equals(request.driver) && row.name.equals(request.volumeName);
  if (isExact || !row.driver.equalsWithoutCase(request.driver)) return;
  if (!row.name.equalsWithoutCase(request.volumeName)) return;
  const message =
    "volume " + quote(request.volumeName) + " of driver " + quote(request.driver) +
    " is another one than the live volume " + quote(row.name) + " of driver " + quote(row.driver);
  context.report.add(rule(), message, request.place);
}
