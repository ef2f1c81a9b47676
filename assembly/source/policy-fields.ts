import { Text } from "../json/text";

/** One field of the policy: what it is called, holds and means. The one definition that all descriptions come from. */
export class PolicyField {
  constructor(
    readonly field: Text,
    readonly type: Text,
    readonly absent: Text,
    readonly title: Text,
  ) {}
}

/** Every field of a policy. */
export function policyFields(): PolicyField[] {
  return [
    new PolicyField("defaultDriver", "string", "rexray", "Volume driver of a request that names none"),
    new PolicyField("characters", "seed | printable", "seed", "Characters allowed in the variables' values"),
    new PolicyField("dvdcliPaths", "array of absolute paths", "/usr/bin/dvdcli", "Executables that DVDCLI may name"),
    new PolicyField(
      "protectedPaths", "array of absolute paths", "", "Paths no volume may cover, besides / /proc /sys /dev",
    ),
    new PolicyField(
      "mountRoots", "array of absolute paths", "", "Directories that a driver's mountpoints must be under",
    ),
    new PolicyField("sharing", "deny | allow", "deny", "Whether several containers may have a volume with a path"),
    new PolicyField("transport", "plugin | dvdcli", "plugin", "How drivers are spoken to"),
    new PolicyField("drivers", "object by driver: sharing, transport", "", "What holds for one driver only"),
    new PolicyField("strict", "boolean", "false", "Whether warnings with a strict severity are errors"),
    new PolicyField("mountTimeoutMs", "integer, 1 to 3600000", "120000", "Limit of time for a mount"),
    new PolicyField("unmountTimeoutMs", "integer, 1 to 3600000", "600000", "Limit of time for an unmount"),
    new PolicyField(
      "sandboxDirectory", "absolute path", "/mnt/mesos/sandbox", "Sandbox inside a container with a rootfs",
    ),
    new PolicyField("secretOptions", "array of strings", "", "Options whose values never reach a log"),
  ];
}

/** Names of the fields. */
export function policyFieldNames(): Text[] {
  const fields = policyFields();
  const names: Text[] = [];
  for (let index = 0; index < fields.length; index++) names.push(fields[index].field);
  return names;
}
