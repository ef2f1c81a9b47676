import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type LifecycleScenario, readLifecycleScenarios } from '../support/conformance/lifecycle-scenario.ts';
import { LifecycleWorld, type Program, type Remains } from '../support/conformance/lifecycle-world.ts';
import { guardMounts } from '../support/mount-guard.ts';

jest.setTimeout(120_000);

const guard = guardMounts();
const scenarios = readLifecycleScenarios();

/** Who does the first step, the second, and so on in turn. */
const TURNS: readonly (readonly Program[])[] = [
  ['dvdi'],
  ['dvdi-agent'],
  ['dvdi', 'dvdi-agent'],
  ['dvdi-agent', 'dvdi'],
];

async function live(scenario: LifecycleScenario, turns: readonly Program[]): Promise<Remains> {
  const world = await LifecycleWorld.make(join(guard.directory, turns.join('-')), scenario);
  try {
    return await world.run(turns);
  } finally {
    await world.end();
  }
}

/** Calls in the groups of the expectation: those that are made side by side are in no order. */
function inGroups(calls: readonly string[], expected: LifecycleScenario['calls']): (string | string[])[] {
  const rest = [...calls];
  const groups = expected.map((group) =>
    typeof group === 'string' ? (rest.shift() ?? '') : rest.splice(0, group.length).sort(),
  );
  return [...groups, ...rest];
}

function expectAsWritten(scenario: LifecycleScenario, remains: Remains): void {
  const acts = scenario.steps.filter((step) => step.do !== 'fault');
  expect(remains.steps.map(({ exitCode, signal }) => signal ?? exitCode)).toEqual(acts.map(({ ends }) => ends));
  for (const [index, { prints = [] }] of acts.entries()) {
    for (const text of prints) expect(remains.steps[index]?.stdout).toContain(text);
  }
  expect(inGroups(remains.calls, scenario.calls)).toEqual(scenario.calls);
  expect(remains.mounted).toEqual(scenario.mounted);
  const filled = Object.entries(remains.ledger).filter(([, rows]) => rows.length > 0);
  expect(Object.fromEntries(filled)).toEqual(scenario.ledger);
}

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
  test('by the Node host, by the C++ host, and by both in turn: as written, and to the byte the same', async () => {
    const [first = [], ...others] = TURNS;
    const reference = await live(scenario, first);
    expectAsWritten(scenario, reference);
    for (const turns of others) {
      const remains = await live(scenario, turns);
      expectAsWritten(scenario, remains);
      expect({ turns, steps: remains.steps }).toEqual({ turns, steps: reference.steps });
    }
  });
});

test('scenarios are many, and each verb is in some of them', () => {
  expect(scenarios.length).toBeGreaterThan(14);
  const verbs = new Set(scenarios.flatMap(({ steps }) => steps.map((step) => step.do)));
  expect([...verbs].sort()).toEqual(['cleanup', 'fault', 'ls', 'prepare', 'recover', 'release']);
});
