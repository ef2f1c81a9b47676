import { decimal } from "../json/digits";
import { Kind } from "../json/tape";
import { Text } from "../json/text";
import { DriverPolicy, OptionPolicy } from "../model/driver-policy";
import { Policy } from "../model/policy";
import { TransportKind } from "../model/transport-kind";
import { compareWhole, isWhole } from "../model/whole-number";
import { PolicyValues } from "./policy-values";

/** Most digits of a bound: what every reader of JSON takes exactly. */
const BOUND_DIGITS_MAX: i32 = 15;

/** Reads `drivers`: an object by driver. */
export function readDrivers(node: i32, policy: Policy, values: PolicyValues): void {
  const keys = values.keys(node, "drivers", "an object with a driver's name for each key");
  for (let index = 0; index < keys.length; index++) {
    const driver = new DriverPolicy(values.source.tape.textOf(keys[index]));
    readDriver(values.source.tape.value(keys[index]), driver, policy, values);
    policy.drivers.push(driver);
  }
}

function readDriver(node: i32, driver: DriverPolicy, policy: Policy, values: PolicyValues): void {
  const tape = values.source.tape;
  const keys = values.keys(node, "a driver's policy", "an object");
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    const value = tape.value(key);
    if (tape.keyIs(key, "sharing")) {
      driver.sharing = values.choice(value, "sharing", "allow", "deny");
      driver.hasSharing = true;
    } else if (tape.keyIs(key, "transport")) {
      driver.transport = readTransport(value, values);
      driver.hasTransport = true;
    } else if (tape.keyIs(key, "allow")) {
      driver.allow = values.boolean(value, "allow");
      policy.volumePolicy();
    } else if (tape.keyIs(key, "options")) {
      driver.options = readOptions(value, values);
      policy.volumePolicy();
    } else {
      values.refuseKey(key, ["sharing", "transport", "allow", "options"]);
    }
  }
}

/** Reads how drivers are spoken to. */
export function readTransport(node: i32, values: PolicyValues): TransportKind {
  const isDvdcli = values.choice(node, "transport", "dvdcli", "plugin");
  return isDvdcli ? TransportKind.Dvdcli : TransportKind.Plugin;
}

function readOptions(node: i32, values: PolicyValues): OptionPolicy[] {
  const tape = values.source.tape;
  const keys = values.keys(node, "options", "an object with an option's key for each key");
  const options: OptionPolicy[] = [];
  for (let index = 0; index < keys.length; index++) {
    const option = new OptionPolicy(tape.textOf(keys[index]));
    for (let other = 0; other < options.length; other++) {
      if (!options[other].key.equalsWithoutCase(option.key)) continue;
      values.refuse(keys[index], "each key of options", "given once, without regard to case");
    }
    readOption(tape.value(keys[index]), option, values);
    options.push(option);
  }
  return options;
}

function readOption(node: i32, option: OptionPolicy, values: PolicyValues): void {
  const tape = values.source.tape;
  const keys = values.keys(node, "an option's policy", "an object");
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    const value = tape.value(key);
    if (tape.keyIs(key, "min")) option.min = readBound(value, "min", values);
    else if (tape.keyIs(key, "max")) option.max = readBound(value, "max", values);
    else if (tape.keyIs(key, "required")) option.required = values.boolean(value, "required");
    else if (tape.keyIs(key, "oneOf")) option.oneOf = readWords(value, values);
    else values.refuseKey(key, ["min", "max", "oneOf", "required"]);
  }
  const min = option.min;
  const max = option.max;
  if (min !== null && max !== null && compareWhole(min, max) > 0) {
    values.refuse(node, "an option's policy", "with a min that is not over its max");
  }
}

function readBound(node: i32, field: Text, values: PolicyValues): Text | null {
  const tape = values.source.tape;
  const text = tape.textOf(node);
  if (tape.kind(node) == Kind.Number && isWhole(text) && text.length <= BOUND_DIGITS_MAX) return text;
  values.refuse(node, field, "a whole number of at most " + decimal(BOUND_DIGITS_MAX) + " digits");
  return null;
}

function readWords(node: i32, values: PolicyValues): Text[] {
  const words = values.names(node, "oneOf");
  if (words.length == 0) values.refuse(node, "oneOf", "a list with a value");
  return words;
}
