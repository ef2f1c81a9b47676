import { decimal } from "../json/digits";
import { Kind, NONE } from "../json/tape";
import { NAME_MAX_BYTES, POLICY_SIZE_MAX_BYTES } from "../limits";
import { isDriverName } from "../model/plugin-reference";
import { Characters, Policy } from "../model/policy";
import { Report } from "../model/report";
import { Origin } from "../model/source";
import { TransportKind } from "../model/transport-kind";
import * as policyValue from "../rules/policy/policy-value";
import { readDrivers, readTransport } from "./policy-drivers";
import { policyFieldNames } from "./policy-fields";
import { readExceptions, readSeverities } from "./policy-findings";
import { PolicyValues } from "./policy-values";
import { readVolumeNames } from "./policy-volume-names";
import { isReadable, readSource } from "./text-source";

/**
 * Reads a policy: a JSON object. Every mistake is a finding; the policy holds the default where a field is wrong, and
 * is not to be used when the report has errors.
 */
export function readPolicy(start: usize, length: i32, report: Report): Policy {
  const policy = new Policy();
  const source = readSource(Origin.Policy, start, length, POLICY_SIZE_MAX_BYTES, report);
  if (!isReadable(source)) return policy;
  if (source.tape.kind(0) != Kind.Object) {
    policyValue.report(report, source, 0, "the policy", "an object");
    return policy;
  }
  new PolicyReader(policy, new PolicyValues(source, report)).readFields();
  if (!report.hasErrors) checkDvdcli(policy, new PolicyValues(source, report));
  return policy;
}

// Without an executable there would be no way but another one than the policy says.
function checkDvdcli(policy: Policy, values: PolicyValues): void {
  if (policy.dvdcliPaths.length > 0) return;
  let needsDvdcli = policy.transport == TransportKind.Dvdcli;
  for (let index = 0; index < policy.drivers.length; index++) {
    needsDvdcli = needsDvdcli || policy.drivers[index].transport == TransportKind.Dvdcli;
  }
  if (!needsDvdcli) return;
  const tape = values.source.tape;
  let key = tape.first(0);
  while (!tape.keyIs(key, "dvdcliPaths")) key = tape.nextKey(0, key);
  values.refuse(tape.value(key), "dvdcliPaths", "an array with a path, since a transport is dvdcli");
}

class PolicyReader {
  constructor(
    private readonly policy: Policy,
    private readonly values: PolicyValues,
  ) {}

  readFields(): void {
    const keys = this.values.keys(0, "the policy", "an object");
    for (let index = 0; index < keys.length && !this.values.isFull; index++) {
      const key = keys[index];
      if (this.readWord(key) || this.readList(key) || this.readFlagOrTime(key) || this.readObject(key)) continue;
      this.values.refuseKey(key, policyFieldNames());
    }
  }

  // Each of these gives false when the field is not one of its own.
  private readWord(key: i32): bool {
    const tape = this.values.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "defaultDriver")) this.readDefaultDriver(node);
    else if (tape.keyIs(key, "characters")) {
      const isPrintable = this.values.choice(node, "characters", "printable", "seed");
      this.policy.characters = isPrintable ? Characters.Printable : Characters.Seed;
    } else if (tape.keyIs(key, "sharing")) {
      this.policy.sharing = this.values.choice(node, "sharing", "allow", "deny");
    } else if (tape.keyIs(key, "transport")) {
      this.policy.transport = readTransport(node, this.values);
    } else if (tape.keyIs(key, "sandboxDirectory")) {
      const text = this.values.path(node, "sandboxDirectory");
      if (text !== null) this.policy.sandboxDirectory = text;
    } else {
      return false;
    }
    return true;
  }

  private readList(key: i32): bool {
    const tape = this.values.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "dvdcliPaths")) this.policy.dvdcliPaths = this.values.paths(node, "dvdcliPaths");
    else if (tape.keyIs(key, "protectedPaths")) this.policy.protectedPaths = this.values.paths(node, "protectedPaths");
    else if (tape.keyIs(key, "mountRoots")) this.policy.mountRoots = this.values.paths(node, "mountRoots");
    else if (tape.keyIs(key, "secretOptions")) this.policy.secretOptions = this.values.names(node, "secretOptions");
    else if (tape.keyIs(key, "driversAllowed")) {
      this.policy.volumePolicy().driversAllowed = this.values.names(node, "driversAllowed");
    } else if (tape.keyIs(key, "containerPaths")) {
      this.policy.volumePolicy().containerPaths = this.values.paths(node, "containerPaths");
    } else {
      return false;
    }
    return true;
  }

  private readFlagOrTime(key: i32): bool {
    const tape = this.values.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "strict")) this.policy.strict = this.values.boolean(node, "strict");
    else if (tape.keyIs(key, "preempt")) this.policy.preempt = this.values.boolean(node, "preempt");
    else if (tape.keyIs(key, "mountTimeoutMs")) {
      this.policy.mountTimeoutMs = this.values.timeout(node, "mountTimeoutMs", this.policy.mountTimeoutMs);
    } else if (tape.keyIs(key, "unmountTimeoutMs")) {
      this.policy.unmountTimeoutMs = this.values.timeout(node, "unmountTimeoutMs", this.policy.unmountTimeoutMs);
    } else {
      return false;
    }
    return true;
  }

  private readObject(key: i32): bool {
    const tape = this.values.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "drivers")) readDrivers(node, this.policy, this.values);
    else if (tape.keyIs(key, "volumeNames")) readVolumeNames(node, this.policy.volumePolicy(), this.values);
    else if (tape.keyIs(key, "severity")) readSeverities(node, this.policy.findingPolicy(), this.values);
    else if (tape.keyIs(key, "exceptions")) readExceptions(node, this.policy.findingPolicy(), this.values);
    else return false;
    return true;
  }

  // What a document could not write as its driver is no default either.
  private readDefaultDriver(node: i32): void {
    const text = this.values.name(node, "defaultDriver");
    if (text === null) return;
    if (text.length <= NAME_MAX_BYTES && isDriverName(text)) {
      this.policy.defaultDriver = text;
      return;
    }
    const expected = "a plain name or a plugin reference of at most " + decimal(NAME_MAX_BYTES) + " bytes";
    this.values.refuse(node, "defaultDriver", expected);
  }
}
