import type { RecoveredVolume, RecoverPlan, Step } from '../../host/core/documents.ts';
import { mergeRecoverPlans } from '../../host/isolator/recover-plan.ts';

function forget(id: number, container: string): Step {
  return { id, after: [], action: 'forget', container, undo: null };
}

function unmount(id: number, after: readonly number[], name: string): Step {
  const volume = { driver: 'd', name };
  const transport = { kind: 'plugin' } as const;
  return {
    id,
    after,
    action: 'unmountVolume',
    volume,
    mountpoint: null,
    mount: null,
    transport,
    timeoutMs: 1,
    undo: null,
  };
}

function volumeOf(name: string, step: number | null): RecoveredVolume {
  return { driver: 'd', name, class: 'orphaned', reason: '', mountpoint: null, users: 0, step };
}

function planOf(fields: Partial<RecoverPlan>): RecoverPlan {
  return { abi: '1.2', plan: 'recover', verdict: 'allow', gone: [], volumes: [], steps: [], findings: [], ...fields };
}

test('steps are numbered anew, and a container is forgotten once', () => {
  const merged = mergeRecoverPlans([
    planOf({
      gone: ['a', 'b'],
      steps: [forget(0, 'a'), forget(1, 'b'), unmount(2, [0, 1], 'v')],
      volumes: [volumeOf('v', 2), volumeOf('kept', null)],
    }),
    planOf({
      gone: ['c', 'a'],
      steps: [forget(0, 'c'), forget(1, 'a'), unmount(2, [1], 'w'), unmount(3, [0, 1], 'x')],
      volumes: [volumeOf('w', 2), volumeOf('x', 3)],
      verdict: 'warn',
      findingsLeftOut: 2,
    }),
  ]);
  expect(merged.gone).toEqual(['a', 'b', 'c']);
  expect(merged.steps).toEqual([
    forget(0, 'a'),
    forget(1, 'b'),
    unmount(2, [0, 1], 'v'),
    forget(3, 'c'),
    unmount(4, [0], 'w'),
    unmount(5, [3, 0], 'x'),
  ]);
  expect(merged.volumes.map(({ name, step }) => [name, step])).toEqual([
    ['v', 2],
    ['kept', null],
    ['w', 4],
    ['x', 5],
  ]);
  expect(merged).toMatchObject({ verdict: 'warn', findingsLeftOut: 2 });
});

test('a single plan stays as it is; none cannot be merged', () => {
  const plan = planOf({ gone: ['a'], steps: [forget(0, 'a')] });
  expect(mergeRecoverPlans([plan])).toEqual(plan);
  expect(() => mergeRecoverPlans([])).toThrow('at least one');
});
