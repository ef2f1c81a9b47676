import { Text } from "../json/text";
import { Writer } from "../json/writer";
import {
  APP_ID_MAX_BYTES, CHECKPOINT_ROWS_MAX, CONTAINER_ID_MAX_BYTES, DOCUMENT_DEPTH_MAX, DOCUMENT_SIZE_MAX_BYTES,
  FINDINGS_MAX, FIX_TRIALS_MAX_BYTES, LEDGER_ROWS_MAX, MEMORY_MAX_BYTES, NAME_MAX_BYTES, NODES_MAX, OPTIONS_MAX,
  PATH_MAX_BYTES, PATTERN_MAX_BYTES, POLICY_ENTRIES_MAX, POLICY_SIZE_MAX_BYTES, QUOTE_MAX_BYTES, RECOVER_ENTRIES_MAX,
  REQUEST_SIZE_MAX_BYTES, RESPONSE_SIZE_MAX_BYTES, TASKS_MAX, TASKS_SIZE_MAX_BYTES, VARIABLES_MAX, VOLUMES_MAX,
} from "../limits";
import { KIND_COUNT, kindName, kindTitle } from "../model/kind";
import { severityName } from "../model/rule";
import { VERSION, writeAbi } from "../model/version";
import { catalogue } from "../rules/index";
import { policyFields } from "../source/policy-fields";

/** Tells what this core is: `{abi, name, version, limits, kinds, rules, policy}`. */
export function describeCore(): i64 {
  const writer = new Writer(16384);
  writer.beginObject();
  writeAbi(writer);
  writer.key("name");
  writer.constant("mesos-module-dvdi");
  writer.key("version");
  writer.text(VERSION);
  writeLimits(writer);
  writeKinds(writer);
  writeRules(writer);
  writePolicy(writer);
  writer.endObject();
  return writer.result();
}

function writeLimits(writer: Writer): void {
  writer.key("limits");
  writer.beginObject();
  writeLimit(writer, "documentSizeMaxBytes", DOCUMENT_SIZE_MAX_BYTES);
  writeLimit(writer, "documentDepthMax", DOCUMENT_DEPTH_MAX);
  writeLimit(writer, "variablesMax", VARIABLES_MAX);
  writeLimit(writer, "optionsMax", OPTIONS_MAX);
  writeLimit(writer, "volumesMax", VOLUMES_MAX);
  writeLimit(writer, "tasksMax", TASKS_MAX);
  writeLimit(writer, "tasksSizeMaxBytes", TASKS_SIZE_MAX_BYTES);
  writeLimit(writer, "nameMaxBytes", NAME_MAX_BYTES);
  writeLimit(writer, "pathMaxBytes", PATH_MAX_BYTES);
  writeLimit(writer, "containerIdMaxBytes", CONTAINER_ID_MAX_BYTES);
  writeLimit(writer, "policySizeMaxBytes", POLICY_SIZE_MAX_BYTES);
  writeLimit(writer, "policyEntriesMax", POLICY_ENTRIES_MAX);
  writeLimit(writer, "patternMaxBytes", PATTERN_MAX_BYTES);
  writeLimit(writer, "appIdMaxBytes", APP_ID_MAX_BYTES);
  writeLimit(writer, "ledgerRowsMax", LEDGER_ROWS_MAX);
  writeLimit(writer, "recoverEntriesMax", RECOVER_ENTRIES_MAX);
  writeLimit(writer, "checkpointRowsMax", CHECKPOINT_ROWS_MAX);
  writeLimit(writer, "requestSizeMaxBytes", REQUEST_SIZE_MAX_BYTES);
  writeLimit(writer, "responseSizeMaxBytes", RESPONSE_SIZE_MAX_BYTES);
  writeLimit(writer, "memoryMaxBytes", MEMORY_MAX_BYTES);
  writeLimit(writer, "nodesMax", NODES_MAX);
  writeLimit(writer, "findingsMax", FINDINGS_MAX);
  writeLimit(writer, "fixTrialsMaxBytes", FIX_TRIALS_MAX_BYTES);
  writeLimit(writer, "quoteMaxBytes", QUOTE_MAX_BYTES);
  writer.endObject();
}

function writeLimit(writer: Writer, name: Text, value: i32): void {
  writer.key(name);
  writer.integer(value);
}

function writeKinds(writer: Writer): void {
  writer.key("kinds");
  writer.beginArray();
  for (let kind = 0; kind < KIND_COUNT; kind++) {
    writer.beginObject();
    writer.key("id");
    writer.integer(kind);
    writer.key("name");
    writer.constant(kindName(kind));
    writer.key("title");
    writer.text(kindTitle(kind));
    writer.endObject();
  }
  writer.endArray();
}

function writeRules(writer: Writer): void {
  const rules = catalogue();
  writer.key("rules");
  writer.beginArray();
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    writer.beginObject();
    writer.key("code");
    writer.constant(rule.code);
    writer.key("title");
    writer.text(rule.title);
    writer.key("severity");
    writer.constant(severityName(rule.severity));
    writer.key("strict");
    writer.constant(severityName(rule.strictSeverity));
    writer.key("lowest");
    writer.constant(severityName(rule.lowest));
    writer.key("hint");
    writer.text(rule.hint);
    writer.endObject();
  }
  writer.endArray();
}

function writePolicy(writer: Writer): void {
  const fields = policyFields();
  writer.key("policy");
  writer.beginArray();
  for (let index = 0; index < fields.length; index++) {
    writer.beginObject();
    writer.key("field");
    writer.text(fields[index].field);
    writer.key("type");
    writer.text(fields[index].type);
    writer.key("default");
    writer.text(fields[index].absent);
    writer.key("title");
    writer.text(fields[index].title);
    writer.key("schema");
    writer.raw(fields[index].schema);
    writer.endObject();
  }
  writer.endArray();
}
