import { mkdtemp, rm } from 'node:fs/promises';
import fc from 'fast-check';
import { loadCoverageCore } from '../support/core.ts';
import { IsolatorModel, MOODS, type ModelStep, type Operation } from '../support/isolator-model.ts';
import { seedFrom } from '../support/random.ts';

/** A run has at least this many; set `MODEL_STEPS` for longer ones, `MODEL_SEED` to repeat one. */
const STEPS = Number(process.env.MODEL_STEPS ?? 5_000);
const STEPS_OF_A_LIFE = 50;
const SEED = seedFrom('MODEL_SEED');

// Few names, so that containers meet at volumes.
const container = fc.constantFrom('a', 'b', 'c', 'd');
const containers = fc.subarray(['a', 'b', 'c', 'd']);
const volumeNames = ['u', 'v', 'w'];
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('prepare' as const),
      container,
      volumes: fc.subarray(volumeNames, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cleanup' as const), container }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('recover' as const), running: containers, orphans: containers }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash' as const) }) },
);
const mood = fc.oneof(
  { weight: 8, arbitrary: fc.constant('well' as const) },
  { weight: 4, arbitrary: fc.constantFrom(...MOODS) },
);
const step: fc.Arbitrary<ModelStep> = fc.record({ operation, moods: fc.record({ u: mood, v: mood, w: mood }) });

test(`lives of ${STEPS_OF_A_LIFE} steps, ${STEPS} in all, by seed ${SEED}`, async () => {
  const core = await loadCoverageCore();
  let done = 0;
  const life = fc.array(step, { minLength: STEPS_OF_A_LIFE, maxLength: STEPS_OF_A_LIFE });
  const property = fc.asyncProperty(life, async (steps) => {
    const directory = await mkdtemp('/dev/shm/dvdi-model-');
    const model = new IsolatorModel(core, directory);
    try {
      for (const [index, each] of steps.entries()) {
        const wrongs = await model.step(each);
        done += 1;
        if (wrongs.length > 0) throw new Error(`step ${index}, ${JSON.stringify(each)}: ${wrongs.join('; ')}`);
      }
      const left = await model.finish();
      if (left.length > 0) throw new Error(`after a recover of nothing: ${left.join('; ')}`);
    } finally {
      await model.close();
      await rm(directory, { recursive: true });
    }
  });
  await fc.assert(property, {
    seed: SEED | 0,
    numRuns: Math.ceil(STEPS / STEPS_OF_A_LIFE),
    interruptAfterTimeLimit: 240_000,
  });
  expect(done).toBeGreaterThanOrEqual(STEPS);
}, 300_000);
