import { setImmediate as turn } from 'node:timers/promises';
import type { MountVolumeStep, Plan, Step } from '../../host/core/documents.ts';
import { executePlan, performSteps, type StepRunner } from '../../host/isolator/executor.ts';
import { PlanFailedError } from '../../host/isolator/isolator-error.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';

function mount(id: number, after: readonly number[] = []): MountVolumeStep {
  return {
    id,
    after,
    action: 'mountVolume',
    volume: { driver: 'd', name: `v${id}` },
    options: [],
    create: true,
    releaseFirst: false,
    transport: { kind: 'plugin' },
    timeoutMs: 1_000,
    mountRoots: [],
    undo: { action: 'unmountVolume', timeoutMs: 1_000 },
  };
}

function planOf(steps: readonly Step[], kind: 'prepare' | 'cleanup' = 'prepare'): Plan {
  const launch = { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] } as const;
  return { abi: '1.2', plan: kind, container: 'c', verdict: 'allow', claims: [], steps, launch, findings: [] };
}

/** A runner that fails where it is told to, and writes down all that it does. */
function scripted(faults: { do?: readonly number[]; undo?: readonly number[]; uncertain?: readonly number[] }) {
  const log: string[] = [];
  const acted = new Set<number>();
  const runner: StepRunner = {
    async perform({ id }) {
      log.push(`do ${id}`);
      await turn();
      if (faults.uncertain?.includes(id)) acted.add(id);
      if (faults.do?.includes(id) || faults.uncertain?.includes(id)) throw new Error(`no ${id}`);
      acted.add(id);
      return null;
    },
    hasActed: ({ id }) => acted.has(id),
    async undo({ id }) {
      log.push(`undo ${id}`);
      await turn();
      if (faults.undo?.includes(id)) throw new Error(`stuck ${id}`);
      return null;
    },
  };
  return { log, runner };
}

async function failureOf(promise: Promise<void>): Promise<PlanFailedError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PlanFailedError);
  return error as PlanFailedError;
}

const ignore = () => undefined;

test('what was done, and what may have been, is undone in the opposite order; the rest is not touched', async () => {
  const { log, runner } = scripted({ uncertain: [3] });
  const plan = planOf([mount(0), mount(1, [0]), mount(2), mount(3, [1]), mount(4, [3])]);
  const error = await failureOf(executePlan(plan, runner, ignore));
  expect(log.filter((line) => line.startsWith('do'))).toEqual(['do 0', 'do 2', 'do 1', 'do 3']);
  const undos = log.filter((line) => line.startsWith('undo'));
  expect(undos.toSorted()).toEqual(['undo 0', 'undo 1', 'undo 2', 'undo 3']);
  expect(undos.indexOf('undo 3')).toBeLessThan(undos.indexOf('undo 1'));
  expect(undos.indexOf('undo 1')).toBeLessThan(undos.indexOf('undo 0'));
  expect(error).toMatchObject({
    code: 'plan-failed',
    container: 'c',
    message: expect.stringContaining('everything was undone'),
  });
  expect(error.failures.map(({ step, phase }) => `${phase} ${step.id}`)).toEqual(['do 3']);
});

test('every undo is tried, whatever became of the others, and all failures are told together', async () => {
  const { log, runner } = scripted({ do: [2], undo: [1, 0] });
  const error = await failureOf(executePlan(planOf([mount(0), mount(1, [0]), mount(2, [1])]), runner, ignore));
  expect(log).toEqual(['do 0', 'do 1', 'do 2', 'undo 1', 'undo 0']);
  expect(error.failures.map(({ step, phase, cause }) => [phase, step.id, (cause as Error).message])).toEqual([
    ['do', 2, 'no 2'],
    ['undo', 1, 'stuck 1'],
    ['undo', 0, 'stuck 0'],
  ]);
  expect(error.message).toBe('the prepare of container "c" failed; everything was undone but 2 steps');
  expect(error.failures[0]?.message).toBe('step 2 (mountVolume "v2" of "d") failed');
});

test('steps without an undo are left', async () => {
  const { log, runner } = scripted({ do: [1] });
  const required: Step = {
    id: 0,
    after: [],
    action: 'requireDirectory',
    location: { within: null, path: '/x' },
    undo: null,
  };
  await failureOf(executePlan(planOf([required, mount(1, [0])]), runner, ignore));
  expect(log).toEqual(['do 0', 'do 1']);
});

test('binds are not carried out, and nothing waits for them', async () => {
  const { log, runner } = scripted({});
  const target = { within: null, path: '/x' };
  const bind: Step = {
    id: 1,
    after: [0],
    action: 'bind',
    source: 0,
    target,
    recursive: true,
    readOnly: false,
    undo: null,
  };
  await executePlan(planOf([mount(0), bind, mount(2, [1])]), runner, ignore);
  expect(log).toEqual(['do 0', 'do 2']);
});

test('steps of a cleanup go on with all that does not depend on a failure, and none is undone', async () => {
  const { log, runner } = scripted({ do: [1] });
  const steps = [mount(0), mount(1, [0]), mount(2, [0]), mount(3, [1])];
  const failures = await performSteps(steps, runner, { container: 'c', onEvent: ignore }, 'skip-dependents');
  expect(log).toEqual(['do 0', 'do 1', 'do 2']);
  expect(failures.map(({ phase, step }) => [phase, step.id])).toEqual([['do', 1]]);
  const error = new PlanFailedError(planOf(steps, 'cleanup'), failures);
  expect(error.message).toBe('the cleanup of container "c" failed; the rest was done');
});

test('events tell of each step when it starts and how it ends, with the time taken', async () => {
  const { runner } = scripted({ do: [1], undo: [0] });
  const events: IsolatorEvent[] = [];
  await failureOf(executePlan(planOf([mount(0), mount(1, [0])]), runner, (event) => void events.push(event)));
  expect(
    events.map((event) => ('phase' in event ? `${event.type} ${event.phase} ${event.step.id}` : event.type)),
  ).toEqual([
    'step-started do 0',
    'step-done do 0',
    'step-started do 1',
    'step-failed do 1',
    'step-started undo 0',
    'step-failed undo 0',
  ]);
  for (const event of events) if ('durationMs' in event) expect(event.durationMs).toBeGreaterThanOrEqual(0);
});
