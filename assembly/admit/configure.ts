import { allocateBytes, keepArena, resetWholeArena } from "../abi/arena";
import { Writer } from "../json/writer";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { writeAbi } from "../model/version";
import { readPolicy } from "../source/policy";

/** The policy that `configure` left; it lives below the mark that a reset of the arena goes back to. */
let configured: Policy | null = null;

/** The policy in force: the configured one, or the defaults. */
export function policyInForce(): Policy {
  const policy = configured;
  return policy === null ? new Policy() : policy;
}

/**
 * Takes a policy. One with an error changes nothing: the policy before it stays in force.
 * @param start address of the policy's bytes in the request buffer
 * @param length in bytes; 0 goes back to the defaults
 * @returns the answer `{abi, verdict, findings}`
 */
export function configurePolicy(start: usize, length: i32): i64 {
  if (length == 0) return keepDefaults();
  const report = new Report();
  readPolicy(start, length, report);
  if (report.hasErrors) return answer(report);
  return keep(start, length);
}

// Reads the good policy again at the bottom of the arena, over the one before it, so that a host that configures a
// thousand times keeps one policy and not a thousand.
function keep(start: usize, length: i32): i64 {
  configured = null;
  resetWholeArena();
  const copy = allocateBytes(<usize>length);
  memory.copy(copy, start, <usize>length);
  const report = new Report();
  configured = readPolicy(copy, length, report);
  const result = answer(report);
  keepArena();
  return result;
}

// Kept as well, so that no call has to make them again.
function keepDefaults(): i64 {
  configured = null;
  resetWholeArena();
  configured = new Policy();
  const result = answer(new Report());
  keepArena();
  return result;
}

function answer(report: Report): i64 {
  const writer = new Writer();
  writer.beginObject();
  writeAbi(writer);
  report.writeVerdict(writer);
  report.writeFindings(writer);
  writer.endObject();
  return writer.result();
}
