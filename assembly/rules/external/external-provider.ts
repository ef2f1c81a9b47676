import { ExternalVolume } from "../../model/external-volume";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "external-provider",
    "External volume of another provider",
    Severity.Error,
    "Write \"provider\": \"dvdi\".",
  );
}

/** Marathon: the provider that becomes a volume of ours is `dvdi`; every other name is refused. */
export function check(volume: ExternalVolume, context: Context): void {
  const provider = volume.provider;
  if (provider === null) {
    context.report.add(rule(), "expected the provider 'dvdi', got none", volume.place);
  } else if (!provider.equals("dvdi")) {
    const message = "expected the provider 'dvdi', got " + quote(provider);
    context.report.add(rule(), message, context.placeOf(provider));
  }
}
