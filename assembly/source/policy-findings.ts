import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { Exception, FindingPolicy, SeverityChange } from "../model/finding-policy";
import { isDate, isInstant } from "../model/instant";
import { didYouMean } from "../model/nearest";
import { Rule, Severity } from "../model/rule";
import { catalogue } from "../rules/index";
import { PolicyValues } from "./policy-values";

/** Length of an instant in whole seconds: `2026-11-24T00:00:00Z`. */
const INSTANT_LENGTH: i32 = 20;

/** Reads `severity`: an object by the codes of findings. */
export function readSeverities(node: i32, policy: FindingPolicy, values: PolicyValues): void {
  const tape = values.source.tape;
  const keys = values.keys(node, "severity", "an object with a finding's code for each key");
  const rules = catalogue();
  for (let index = 0; index < keys.length; index++) {
    const rule = adjustableRule(keys[index], "a key of severity", rules, values);
    const severity = severityOf(tape.value(keys[index]), values);
    if (rule === null) continue;
    if (severity < rule.lowest) values.refuse(tape.value(keys[index]), "this rule's severity", '"warn" or "error"');
    else policy.severities.push(new SeverityChange(rule.code, severity));
  }
}

function severityOf(node: i32, values: PolicyValues): Severity {
  if (values.isWord(node, "off")) return Severity.Off;
  if (values.isWord(node, "warn")) return Severity.Warning;
  if (!values.isWord(node, "error")) values.refuse(node, "a severity", '"off", "warn" or "error"');
  return Severity.Error;
}

// The rule with the code that stands at a node; null, and told, when no policy can change it.
function adjustableRule(node: i32, field: Text, rules: Rule[], values: PolicyValues): Rule | null {
  const code = values.source.tape.textOf(node);
  const known: Text[] = [];
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule.isAdjustable && rule.code.equals(code)) return rule;
    if (rule.isAdjustable) known.push(rule.code);
    if (!rule.isAdjustable && rule.code.equals(code)) {
      values.refuse(node, field, "the code of a rule that a policy can change, and " + code + " always holds");
      return null;
    }
  }
  values.refuse(node, field, "the code of a finding" + didYouMean(code, known));
  return null;
}

/** Reads `exceptions`: a list of objects. */
export function readExceptions(node: i32, policy: FindingPolicy, values: PolicyValues): void {
  const nodes = values.elements(node, "exceptions", "an array of objects");
  const rules = catalogue();
  for (let index = 0; index < nodes.length; index++) readException(nodes[index], rules, policy, values);
}

function readException(node: i32, rules: Rule[], policy: FindingPolicy, values: PolicyValues): void {
  const tape = values.source.tape;
  const keys = values.keys(node, "an exception", "an object");
  let rule: Rule | null = null;
  let codeNode = NONE;
  let reason: Text | null = null;
  let reasonNode = NONE;
  let apps: Text | null = null;
  let expires: Text | null = null;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    const value = tape.value(key);
    if (tape.keyIs(key, "code")) {
      codeNode = value;
      rule = ruleOf(value, rules, values);
    } else if (tape.keyIs(key, "reason")) {
      reasonNode = value;
      reason = values.name(value, "reason");
    } else if (tape.keyIs(key, "apps")) apps = values.pattern(value, "apps", true);
    else if (tape.keyIs(key, "expires")) expires = readEnd(value, values);
    else values.refuseKey(key, ["code", "apps", "reason", "expires"]);
  }
  if (tape.kind(node) == Kind.Object && (codeNode == NONE || reasonNode == NONE)) {
    values.refuse(node, "an exception", "an object with a code and a reason");
  }
  if (rule === null || reason === null) return;
  const exception = new Exception(rule.code, reason);
  exception.apps = apps;
  exception.expires = expires;
  policy.exceptions.push(exception);
}

function ruleOf(node: i32, rules: Rule[], values: PolicyValues): Rule | null {
  if (values.name(node, "code") === null) return null;
  return adjustableRule(node, "the code of an exception", rules, values);
}

function readEnd(node: i32, values: PolicyValues): Text | null {
  const text = values.text(node);
  if (text !== null && (isDate(text) || (text.length == INSTANT_LENGTH && isInstant(text)))) return text;
  values.refuse(node, "expires", 'a day such as "2026-12-31", or a time such as "2026-12-31T12:00:00Z"');
  return null;
}
