import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";
import { VolumePolicy } from "../../model/volume-policy";

export function rule(): Rule {
  return new Rule(
    "volume-name-not-allowed",
    "Name that policy does not allow here",
    Severity.Error,
    "Use a name that the policy allows for this app.",
    Severity.Error,
    Severity.Off,
  );
}

/** `policy.volumeNames`: every entry that is about the app must allow the name, so that one more never allows more. */
export function check(request: VolumeRequest, policy: VolumePolicy, context: Context): void {
  const subject = context.report.subject;
  const app: Text | null = subject === null ? null : subject.id;
  for (let index = 0; index < policy.names.length; index++) {
    const entry = policy.names[index];
    if (!entry.isAbout(app, request.driver) || entry.allows(request.volumeName)) continue;
    const whose = app === null ? "a task without an id" : quote(app);
    const expected = "a name that policy.volumeNames allows for " + quote(entry.apps) + " (here " + whose + ")";
    const message = "expected " + expected + ", got " + quote(request.volumeName);
    context.report.add(rule(), message, request.place);
    return;
  }
}
