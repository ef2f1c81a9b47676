import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeOption } from "../../model/volume-option";

export function rule(): Rule {
  return new Rule(
    "option-filesystem",
    "Filesystem that is not known",
    Severity.Error,
    "Write ext4 or xfs.",
    Severity.Error,
    Severity.Off,
  );
}

/** The seed's README: a filesystem (EXT4/XFS) can be named. */
export function check(option: VolumeOption, context: Context): void {
  const value = option.value;
  if (value === null || !option.key.text.equalsWithoutCase("newfstype")) return;
  if (value.text.equals("ext4") || value.text.equals("xfs")) return;
  const message = "expected " + quote(option.key.text) + " to be ext4 or xfs, got " + quote(value.text);
  context.report.add(rule(), message, context.placeOf(value));
}
