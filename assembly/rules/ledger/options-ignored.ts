import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { LedgerVolume } from "../../model/ledger-row";
import { VolumeRequest } from "../../model/request";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "options-ignored",
    "Options without effect",
    Severity.Warning,
    "Give the options that the volume was mounted with, or none.",
    Severity.Error,
  );
}

/** A volume that is mounted already keeps the options it was mounted with; the original says nothing. */
export function check(request: VolumeRequest, row: LedgerVolume, context: Context): void {
  if (request.options.length == 0 || areSame(request.options, row)) return;
  const message = "volume " + quote(request.volumeName) + " is mounted already, with other options: these are ignored";
  context.report.add(rule(), message, request.place);
}

function areSame(options: VolumeOption[], row: LedgerVolume): bool {
  if (options.length != row.options.length) return false;
  for (let index = 0; index < options.length; index++) {
    if (!has(row, options[index])) return false;
  }
  return true;
}

function has(row: LedgerVolume, option: VolumeOption): bool {
  const value = option.value;
  for (let index = 0; index < row.options.length; index++) {
    if (!row.options[index].key.equalsWithoutCase(option.key.text)) continue;
    return value !== null && row.options[index].value.equals(value.text);
  }
  return false;
}
