/**
 * Each call by which the C++ host changes the machine fails in turn: directories, mounts, the bytes of the ledger, the
 * start of dvdcli. The program is `dvdi-agent` as it is released.
 */
import { join } from 'node:path';
import type { CallFault } from '../support/faults/agent-faults.ts';
import { runAgentFaultCase } from '../support/faults/agent-world.ts';
import { OPERATIONS, type Operation } from '../support/faults/fault-world.ts';
import { guardMounts } from '../support/mount-guard.ts';

const guard = guardMounts();

/** Far more than any operation has: a loop that never ends is a failure of the test. */
const CALLS_MAX = 1_000;
/** How many there are at least in each operation: else the test would look at nothing. */
const CALLS_LEAST = 10;
/** Cases at a time: one waits for its disk while another one computes. */
const LANES = 4;

const FAULTS: readonly CallFault[] = ['fail', 'fail-after', 'fail-on'];

/** Hits one call after the other until an operation has none left. @returns how many it has */
async function hitEach(operation: Operation, fault: CallFault): Promise<number> {
  let next = 1;
  let calls = CALLS_MAX;
  const live = async () => {
    for (;;) {
      const at = next++;
      if (at > calls || at > CALLS_MAX) return;
      const directory = join(guard.directory, `${operation}-${fault}-${at}`);
      if (!(await runAgentFaultCase({ directory, operation, at, fault }))) calls = Math.min(calls, at - 1);
    }
  };
  await Promise.all(Array.from({ length: LANES }, live));
  return calls;
}

describe.each(OPERATIONS)('%s by dvdi-agent', (operation) => {
  test.each(FAULTS)(
    'with a call of the machine that does %s: nothing leaks, nothing in use is touched',
    async (fault) => {
      const calls = await hitEach(operation, fault);
      expect(calls).toBeGreaterThanOrEqual(CALLS_LEAST);
      expect(calls).toBeLessThan(CALLS_MAX);
    },
    300_000,
  );
});
