import { Kind } from "../json/tape";
import { Text } from "../json/text";
import { VolumeNames, VolumePolicy } from "../model/volume-policy";
import { PolicyValues } from "./policy-values";

/** Reads `volumeNames`: a list of objects. */
export function readVolumeNames(node: i32, policy: VolumePolicy, values: PolicyValues): void {
  const nodes = values.elements(node, "volumeNames", "an array of objects");
  for (let index = 0; index < nodes.length; index++) readEntry(nodes[index], policy, values);
}

function readEntry(node: i32, policy: VolumePolicy, values: PolicyValues): void {
  const tape = values.source.tape;
  const keys = values.keys(node, "an element of volumeNames", "an object");
  let apps: Text | null = null;
  let hasApps = false;
  let names: Text[] | null = null;
  let drivers: Text[] | null = null;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    const value = tape.value(key);
    if (tape.keyIs(key, "apps")) {
      apps = values.pattern(value, "apps", true);
      hasApps = true;
    } else if (tape.keyIs(key, "names")) names = readPatterns(value, values);
    else if (tape.keyIs(key, "drivers")) drivers = values.names(value, "drivers");
    else values.refuseKey(key, ["apps", "names", "drivers"]);
  }
  if (tape.kind(node) == Kind.Object && (!hasApps || names === null)) {
    values.refuse(node, "an element of volumeNames", "an object with apps and names");
  }
  if (apps === null || names === null) return;
  const entry = new VolumeNames(apps, names);
  if (drivers !== null) entry.drivers = drivers;
  policy.names.push(entry);
}

// Empty means that these apps may have no volume at all.
function readPatterns(node: i32, values: PolicyValues): Text[] {
  const nodes = values.elements(node, "names", "an array of patterns");
  const patterns: Text[] = [];
  for (let index = 0; index < nodes.length; index++) {
    const pattern = values.pattern(nodes[index], "an element of names", false);
    if (pattern !== null) patterns.push(pattern);
  }
  return patterns;
}
