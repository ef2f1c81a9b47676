import { decimal } from "../../json/digits";
import { Text } from "../../json/text";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { nowhere, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "checkpoint-row",
    "Row of a checkpoint that is not taken as it is",
    Severity.Warning,
    "Compare the row with the mount table: a mount of a row that was left out is unmounted by hand.",
    Severity.Warning,
    Severity.Error,
  );
}

/** A row is taken whole or not at all, but for its options and its dvdcli, without which its mount is as real. */
export function report(to: Report, source: Source, number: i32, what: Text): void {
  to.add(rule(), "row " + decimal(number) + ": " + what, nowhere(source));
}
