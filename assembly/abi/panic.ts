/**
 * What happens when an assertion of the core fails: the message and its place are noted in static memory, then the
 * module traps. The host asks for them with `fault()` and drops the instance. This file replaces AssemblyScript's
 * imported `abort` (asconfig.json, `--use`), which keeps the module free of imports.
 */

/** Longest text kept of a message or a file name, in UTF-16 units. */
const TEXT_MAX: i32 = 120;

const messageBytes: usize = memory.data(244);
const fileBytes: usize = memory.data(244);
let faultLine: u32 = 0;
let faultColumn: u32 = 0;

/** Called by the compiled code instead of returning; never returns. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  keep(messageBytes, message);
  keep(fileBytes, file);
  faultLine = line;
  faultColumn = column;
  unreachable();
}

/** Message of the failed assertion, empty when none failed. */
export function faultMessage(): string {
  return kept(messageBytes);
}

/** Source file of the failed assertion. */
export function faultFile(): string {
  return kept(fileBytes);
}

/** Line of the failed assertion, 1-based; 0 when none failed. */
export function faultLineNumber(): u32 {
  return faultLine;
}

/** Column of the failed assertion, 1-based. */
export function faultColumnNumber(): u32 {
  return faultColumn;
}

// A copy without allocation: the heap may be what failed.
function keep(target: usize, text: string | null): void {
  if (text === null) {
    store<u32>(target, 0);
    return;
  }
  const length = min(text.length, TEXT_MAX);
  store<u32>(target, length);
  memory.copy(target + 4, changetype<usize>(text), <usize>length << 1);
}

function kept(source: usize): string {
  return String.UTF16.decodeUnsafe(source + 4, <usize>load<u32>(source) << 1);
}
