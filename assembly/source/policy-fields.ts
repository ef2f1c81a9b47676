import { Text } from "../json/text";
import {
  booleanSchema, listSchema, mapSchema, nameSchema, objectSchema, pathSchema, patternSchema, wordsSchema,
} from "./policy-schema";

/** One field of the policy: what it is called, holds and means. The one definition that all descriptions come from. */
export class PolicyField {
  constructor(
    readonly field: Text,
    readonly type: Text,
    readonly absent: Text,
    readonly title: Text,
    /** JSON Schema of its value. A policy's `$defs/severities` and `$defs/codes` come from the rules. */
    readonly schema: Text,
  ) {}
}

const BOUND: Text = '{"type":"integer","minimum":0,"maximum":999999999999999}';
const TIMEOUT: Text = '{"type":"integer","minimum":1,"maximum":3600000}';

/** Every field of a policy. */
export function policyFields(): PolicyField[] {
  const names = listSchema(nameSchema(), "0");
  const paths = listSchema(pathSchema(), "0");
  return [
    new PolicyField(
      "defaultDriver", "string", "rexray", "Volume driver of a request that names none",
      patternSchema(false),
    ),
    new PolicyField(
      "characters", "seed | printable", "seed", "Characters allowed in the variables' values",
      wordsSchema('"seed","printable"'),
    ),
    new PolicyField(
      "dvdcliPaths", "array of absolute paths", "/usr/bin/dvdcli", "Executables that DVDCLI may name", paths,
    ),
    new PolicyField(
      "protectedPaths", "array of absolute paths", "", "Paths no volume may cover, besides / /proc /sys /dev", paths,
    ),
    new PolicyField(
      "mountRoots", "array of absolute paths", "", "Directories that a driver's mountpoints must be under", paths,
    ),
    new PolicyField(
      "containerPaths", "array of absolute paths", "", "Directories that container paths must be in", paths,
    ),
    new PolicyField(
      "sharing", "deny | allow", "deny", "Whether several containers may have a volume with a path", sharingSchema(),
    ),
    new PolicyField("transport", "plugin | dvdcli", "plugin", "How drivers are spoken to", transportSchema()),
    new PolicyField(
      "drivers", "object by driver: allow, options, sharing, transport", "", "What holds for one driver only",
      mapSchema(driverSchema()),
    ),
    new PolicyField("driversAllowed", "array of strings", "", "Drivers that volumes may have", names),
    new PolicyField(
      "volumeNames", "array of objects: apps, names, drivers", "", "Names that the volumes of an app may have",
      listSchema(volumeNamesSchema(names), "0"),
    ),
    new PolicyField(
      "preempt", "boolean", "false", "Whether drivers take a volume away from the machine that has it",
      booleanSchema(),
    ),
    new PolicyField(
      "strict", "boolean", "false", "Whether warnings with a strict severity are errors", booleanSchema(),
    ),
    new PolicyField(
      "severity", "object by code: off | warn | error", "", "Severities of single rules",
      '{"$ref":"#/$defs/severities"}',
    ),
    new PolicyField(
      "exceptions", "array of objects: code, reason, apps, expires", "", "Findings that count no more than an info",
      listSchema(exceptionSchema(), "0"),
    ),
    new PolicyField("mountTimeoutMs", "integer, 1 to 3600000", "120000", "Limit of time for a mount", TIMEOUT),
    new PolicyField("unmountTimeoutMs", "integer, 1 to 3600000", "600000", "Limit of time for an unmount", TIMEOUT),
    new PolicyField(
      "sandboxDirectory", "absolute path", "/mnt/mesos/sandbox", "Sandbox inside a container with a rootfs",
      pathSchema(),
    ),
    new PolicyField("secretOptions", "array of strings", "", "Options whose values never reach a log", names),
  ];
}

function sharingSchema(): Text {
  return wordsSchema('"deny","allow"');
}

function transportSchema(): Text {
  return wordsSchema('"plugin","dvdcli"');
}

function driverSchema(): Text {
  const words = ',"oneOf":' + listSchema(nameSchema(), "1") + ',"required":' + booleanSchema();
  const option = objectSchema('"min":' + BOUND + ',"max":' + BOUND + words, "");
  const allow = '"allow":' + booleanSchema() + ',"options":' + mapSchema(option);
  return objectSchema(allow + ',"sharing":' + sharingSchema() + ',"transport":' + transportSchema(), "");
}

function volumeNamesSchema(drivers: Text): Text {
  const patterns = '"apps":' + patternSchema(true) + ',"names":' + listSchema(patternSchema(false), "0");
  return objectSchema(patterns + ',"drivers":' + drivers, '"apps","names"');
}

function exceptionSchema(): Text {
  const day = "^\\\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\\\d|3[01])";
  const time = "(?:T(?:[01]\\\\d|2[0-3])(?::[0-5]\\\\d){2}Z)?$";
  const covered = '"code":{"$ref":"#/$defs/codes"},"apps":' + patternSchema(true) + ',"reason":' + nameSchema();
  return objectSchema(covered + ',"expires":{"type":"string","pattern":"' + day + time + '"}', '"code","reason"');
}

/** Names of the fields. */
export function policyFieldNames(): Text[] {
  const fields = policyFields();
  const names: Text[] = [];
  for (let index = 0; index < fields.length; index++) names.push(fields[index].field);
  return names;
}
