import { mkdir, rm } from 'node:fs/promises';
import { FaultPlan } from './fault-plan.ts';
import { type FaultCase, OPERATIONS, runFaultCase } from './fault-world.ts';

/** Far more than any operation has: a loop that never ends is a failure of the test. */
const EFFECTS_MAX = 300;

type Wrapping = Pick<FaultCase, 'ledger' | 'driver'>;

/**
 * Fails the first effect, then the second, and so on, of each operation, until one runs through without a fault.
 * @param leastEffects how many there are at least in each operation: else the test would look at nothing.
 */
export function describeEveryEffect(
  what: string,
  directory: () => string,
  wrap: (plan: FaultPlan) => Wrapping,
  leastEffects = 1,
): void {
  describe.each(OPERATIONS)(`%s, when ${what}`, (operation) => {
    test.each([
      ['once', false],
      ['from then on', true],
    ])(
      '%s: nothing leaks, nothing in use is touched',
      async (_how, isLasting) => {
        let first = 0;
        for (; first < EFFECTS_MAX; first++) {
          const plan = new FaultPlan();
          const place = `${directory()}/${first}`;
          await mkdir(place);
          const fault: FaultCase = { directory: place, operation, plan, first, isLasting, ...wrap(plan) };
          if (!(await runFaultCase(fault))) break;
          await rm(place, { recursive: true });
        }
        expect(first).toBeGreaterThanOrEqual(leastEffects);
        expect(first).toBeLessThan(EFFECTS_MAX);
      },
      120_000,
    );
  });
}
