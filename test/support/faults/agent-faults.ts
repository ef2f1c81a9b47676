import { fileURLToPath } from 'node:url';

/** Counts the calls that change the machine, and hits one of them: test/mesos/fault/system-faults.cpp. */
const LIBRARY = fileURLToPath(
  new URL('../../../build/native/release/test/fault/dvdi-system-faults.so', import.meta.url),
);

/** `dvdi-agent` as it is installed. */
export const AGENT = fileURLToPath(new URL('../../../build/native/bin/dvdi-agent', import.meta.url));

/** What happens at a call: the process ends before or after it; it fails once, from then on, or after it has acted. */
export type CallFault = 'kill-before' | 'kill-after' | 'fail' | 'fail-on' | 'fail-after';

/**
 * The environment that lets the C++ host meet a fault.
 * @param at which call, from 1
 * @param log a file that gets a line for each call that was hit: its number and its name
 */
export function agentFault(at: number, fault: CallFault, log: string): Record<string, string> {
  return { LD_PRELOAD: LIBRARY, DVDI_FAULT: `${at} ${fault}`, DVDI_FAULT_LOG: log };
}
