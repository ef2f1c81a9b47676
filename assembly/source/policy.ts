import { Kind, NONE } from "../json/tape";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { NAME_MAX_BYTES, POLICY_ENTRIES_MAX, POLICY_SIZE_MAX_BYTES } from "../limits";
import { refusedCharacter } from "../model/characters";
import { isAbsolute, normalise, parentSegment } from "../model/path";
import { isDriverName } from "../model/plugin-reference";
import { Characters, DriverPolicy, Policy, TransportKind } from "../model/policy";
import { Report } from "../model/report";
import { Origin, Source } from "../model/source";
import * as jsonRepeatedKey from "../rules/document/json-repeated-key";
import * as policyUnknownField from "../rules/policy/policy-unknown-field";
import * as policyValue from "../rules/policy/policy-value";
import { NameSet } from "./name-set";
import { policyFieldNames } from "./policy-fields";
import { isReadable, readSource } from "./text-source";

/** Longest limit of time that a policy may give: one hour. */
const TIMEOUT_MAX_MS: i32 = 3_600_000;

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
  new PolicyReader(source, policy, report).readFields();
  return policy;
}

class PolicyReader {
  /** The value of `dvdcliPaths`, where the policy has it. */
  private dvdcliPathsNode: i32 = NONE;
  /** Whether a driver, or all of them, are to be spoken to by dvdcli. */
  private needsDvdcli: bool = false;

  constructor(
    private readonly source: Source,
    private readonly policy: Policy,
    private readonly report: Report,
  ) {}

  readFields(): void {
    const tape = this.source.tape;
    const names = new NameSet();
    for (let key = tape.first(0); key != NONE && !this.report.isFull; key = tape.nextKey(0, key)) {
      if (names.add(key, tape.textOf(key)) != NONE) jsonRepeatedKey.report(this.report, this.source, key);
      if (!this.readText(key) && !this.readList(key) && !this.readOther(key)) {
        policyUnknownField.report(this.report, this.source, key, policyFieldNames());
      }
    }
    if (!this.report.hasErrors) this.checkDvdcli();
  }

  // Without an executable there would be no way but another one than the policy says.
  private checkDvdcli(): void {
    if (this.policy.dvdcliPaths.length > 0 || !this.needsDvdcli) return;
    const expected = "an array with a path, since a transport is dvdcli";
    policyValue.report(this.report, this.source, this.dvdcliPathsNode, "dvdcliPaths", expected);
  }

  // Each of these gives false when the field is not one of its own.
  private readText(key: i32): bool {
    const tape = this.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "defaultDriver")) {
      const text = this.name(node, "defaultDriver");
      if (text !== null) this.setDefaultDriver(node, text);
    } else if (tape.keyIs(key, "characters")) {
      const isPrintable = this.choice(node, "characters", "printable", "seed");
      this.policy.characters = isPrintable ? Characters.Printable : Characters.Seed;
    } else if (tape.keyIs(key, "sharing")) {
      this.policy.sharing = this.choice(node, "sharing", "allow", "deny");
    } else if (tape.keyIs(key, "transport")) {
      this.policy.transport = this.transport(node);
    } else if (tape.keyIs(key, "sandboxDirectory")) {
      const text = this.path(node, "sandboxDirectory");
      if (text !== null) this.policy.sandboxDirectory = text;
    } else {
      return false;
    }
    return true;
  }

  private readList(key: i32): bool {
    const tape = this.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "dvdcliPaths")) {
      this.dvdcliPathsNode = node;
      this.policy.dvdcliPaths = this.paths(node, "dvdcliPaths");
    } else if (tape.keyIs(key, "protectedPaths")) {
      this.policy.protectedPaths = this.paths(node, "protectedPaths");
    } else if (tape.keyIs(key, "mountRoots")) {
      this.policy.mountRoots = this.paths(node, "mountRoots");
    } else if (tape.keyIs(key, "secretOptions")) {
      this.policy.secretOptions = this.texts(node, "secretOptions");
    } else {
      return false;
    }
    return true;
  }

  private readOther(key: i32): bool {
    const tape = this.source.tape;
    const node = tape.value(key);
    if (tape.keyIs(key, "drivers")) this.readDrivers(node);
    else if (tape.keyIs(key, "strict")) this.policy.strict = this.boolean(node, "strict");
    else if (tape.keyIs(key, "mountTimeoutMs")) {
      this.policy.mountTimeoutMs = this.timeout(node, "mountTimeoutMs", this.policy.mountTimeoutMs);
    } else if (tape.keyIs(key, "unmountTimeoutMs")) {
      this.policy.unmountTimeoutMs = this.timeout(node, "unmountTimeoutMs", this.policy.unmountTimeoutMs);
    } else {
      return false;
    }
    return true;
  }

  private readDrivers(node: i32): void {
    const tape = this.source.tape;
    if (tape.kind(node) != Kind.Object) {
      policyValue.report(this.report, this.source, node, "drivers", "an object with a driver's name for each key");
      return;
    }
    const names = new NameSet();
    let count = 0;
    for (let key = tape.first(node); key != NONE && !this.report.isFull; key = tape.nextKey(node, key)) {
      if (names.add(key, tape.textOf(key)) != NONE) jsonRepeatedKey.report(this.report, this.source, key);
      if (this.isOneTooMany(count++, key, "drivers")) return;
      this.readDriver(key);
    }
  }

  private readDriver(driverKey: i32): void {
    const tape = this.source.tape;
    const node = tape.value(driverKey);
    if (tape.kind(node) != Kind.Object) {
      policyValue.report(this.report, this.source, node, "a driver's policy", "an object");
      return;
    }
    const driver = new DriverPolicy(tape.textOf(driverKey));
    const names = new NameSet();
    for (let key = tape.first(node); key != NONE && !this.report.isFull; key = tape.nextKey(node, key)) {
      if (names.add(key, tape.textOf(key)) != NONE) jsonRepeatedKey.report(this.report, this.source, key);
      if (tape.keyIs(key, "sharing")) {
        driver.sharing = this.choice(tape.value(key), "sharing", "allow", "deny");
        driver.hasSharing = true;
      } else if (tape.keyIs(key, "transport")) {
        driver.transport = this.transport(tape.value(key));
        driver.hasTransport = true;
      } else {
        policyUnknownField.report(this.report, this.source, key, ["sharing", "transport"]);
      }
    }
    this.policy.drivers.push(driver);
  }

  private transport(node: i32): TransportKind {
    if (!this.choice(node, "transport", "dvdcli", "plugin")) return TransportKind.Plugin;
    this.needsDvdcli = true;
    return TransportKind.Dvdcli;
  }

  // True for the first of two words, false for the second or for a wrong value.
  private choice(node: i32, field: Text, first: Text, second: Text): bool {
    const tape = this.source.tape;
    if (tape.kind(node) == Kind.String) {
      const text = tape.textOf(node);
      if (text.equals(first)) return true;
      if (text.equals(second)) return false;
    }
    policyValue.report(this.report, this.source, node, field, '"' + second + '" or "' + first + '"');
    return false;
  }

  private boolean(node: i32, field: Text): bool {
    const kind = this.source.tape.kind(node);
    if (kind != Kind.True && kind != Kind.False) {
      policyValue.report(this.report, this.source, node, field, "true or false");
    }
    return kind == Kind.True;
  }

  private timeout(node: i32, field: Text, absent: i32): i32 {
    const tape = this.source.tape;
    const value = tape.kind(node) == Kind.Number ? wholeNumber(tape.textOf(node)) : -1;
    if (value >= 1 && value <= TIMEOUT_MAX_MS) return value;
    policyValue.report(this.report, this.source, node, field, "a whole number from 1 to " + decimal(TIMEOUT_MAX_MS));
    return absent;
  }

  // What a document could not write as its driver is no default either.
  private setDefaultDriver(node: i32, text: Text): void {
    if (text.length <= NAME_MAX_BYTES && isDriverName(text)) {
      this.policy.defaultDriver = text;
      return;
    }
    const expected = "a plain name or a plugin reference of at most " + decimal(NAME_MAX_BYTES) + " bytes";
    policyValue.report(this.report, this.source, node, "defaultDriver", expected);
  }

  // A driver's name: not empty, no control character.
  private name(node: i32, field: Text): Text | null {
    const tape = this.source.tape;
    if (tape.kind(node) == Kind.String) {
      const text = tape.textOf(node);
      if (text.length > 0 && refusedCharacter(text, false) < 0) return text;
    }
    policyValue.report(this.report, this.source, node, field, "a string that is not empty, without control characters");
    return null;
  }

  private path(node: i32, field: Text): Text | null {
    const tape = this.source.tape;
    if (tape.kind(node) == Kind.String) {
      const text = tape.textOf(node);
      const isClean = refusedCharacter(text, false) < 0 && parentSegment(text) < 0;
      if (isAbsolute(text) && isClean) return normalise(text);
    }
    policyValue.report(this.report, this.source, node, field, "an absolute path without '..'");
    return null;
  }

  private isOneTooMany(count: i32, node: i32, field: Text): bool {
    if (count < POLICY_ENTRIES_MAX) return false;
    const expected = "at most " + decimal(POLICY_ENTRIES_MAX) + " entries";
    policyValue.report(this.report, this.source, node, field, expected);
    return true;
  }

  private paths(list: i32, field: Text): Text[] {
    const tape = this.source.tape;
    const paths: Text[] = [];
    if (tape.kind(list) != Kind.Array) {
      policyValue.report(this.report, this.source, list, field, "an array of absolute paths");
      return paths;
    }
    for (let node = tape.first(list); node != NONE && !this.report.isFull; node = tape.nextElement(list, node)) {
      if (this.isOneTooMany(paths.length, node, field)) break;
      const path = this.path(node, "an element of " + field);
      if (path !== null) paths.push(path);
    }
    return paths;
  }

  private texts(list: i32, field: Text): Text[] {
    const tape = this.source.tape;
    const texts: Text[] = [];
    if (tape.kind(list) != Kind.Array) {
      policyValue.report(this.report, this.source, list, field, "an array of strings");
      return texts;
    }
    for (let node = tape.first(list); node != NONE && !this.report.isFull; node = tape.nextElement(list, node)) {
      if (this.isOneTooMany(texts.length, node, field)) break;
      const text = this.name(node, "an element of " + field);
      if (text !== null) texts.push(text);
    }
    return texts;
  }
}

/** Value of a number that is written as a whole one of at most nine digits, or -1. */
export function wholeNumber(text: Text): i32 {
  if (text.length == 0 || text.length > 9) return -1;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.byteAt(index) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
