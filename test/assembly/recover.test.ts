import fc from 'fast-check';
import type {
  LedgerMount,
  RecoverMount,
  RecoverPlan,
  RecoverRequest,
  RecoverVolume,
  Step,
  UnmountVolumeStep,
} from '../../host/core/documents.ts';
import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { recoverRequests } from '../support/recover-arbitraries.ts';

const RUNS = 2_000;
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

/** The check holds for the plan of every request. */
function always(check: (plan: RecoverPlan, request: RecoverRequest) => void): void {
  const property = fc.property(recoverRequests, (request) => {
    const plan = core.recover(request);
    expect({ verdict: plan.verdict, findings: plan.findings }).toEqual({ verdict: 'allow', findings: [] });
    check(plan, request);
  });
  fc.assert(property, { numRuns: RUNS });
}

const keyOf = ({ driver, name }: { driver: string; name: string }) => `${driver} ${name}`;

function usersOf({ running, orphans }: RecoverRequest, containers: readonly string[]): Set<string> {
  return new Set(containers.filter((id) => running.includes(id) || orphans.includes(id)));
}

function unmountsOf(steps: readonly Step[]): UnmountVolumeStep[] {
  return steps.filter((step) => step.action === 'unmountVolume');
}

/** What the mount table says of a mount that the ledger knows. */
function lookFor(mount: LedgerMount, boot: string, table: readonly RecoverMount[]): 'present' | 'missing' | 'replaced' {
  const there = table.filter(({ path }) => path === mount.path);
  const isOurs = there.some(({ id, device }) => id === mount.id && device === mount.device);
  if (isOurs && mount.boot === boot) return 'present';
  return there.length > 0 ? 'replaced' : 'missing';
}

test('the requests are worth their name: every class, with users and without', () => {
  const seen = new Map<string, number>();
  always(({ volumes }) => {
    for (const each of volumes) {
      const key = `${each.class}, ${each.users > 0 ? 'used' : 'unused'}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  });
  const kinds = ['foreign, unused', 'foreign, used', 'in-use, used', 'missing, unused', 'missing, used'];
  expect([...seen.keys()].sort()).toEqual([...kinds, 'orphaned, unused', 'uncertain, unused', 'uncertain, used']);
  expect([...seen].filter(([, count]) => count < RUNS / 100)).toEqual([]);
});

test('steps are numbered, and each is after smaller ones, rising, each once', () => {
  always(({ steps }) => {
    expect(steps.map(({ id }) => id)).toEqual(steps.keys().toArray());
    for (const { id, after } of steps) {
      expect(after).toEqual([...new Set(after)].sort((one, other) => one - other));
      expect(after.every((each) => each >= 0 && each < id)).toBe(true);
    }
  });
});

test('every volume that is not released is told exactly once, in the order of the ledger', () => {
  always(({ volumes }, { ledger }) => {
    const expected = ledger.volumes.filter(({ state }) => state !== 'released');
    expect(volumes.map(keyOf)).toEqual(expected.map(keyOf));
  });
});

test('no volume with users gets a step, and every other one that is told gets its own', () => {
  always(({ volumes, steps }, request) => {
    const byKey = new Map(request.ledger.volumes.map((row) => [keyOf(row), row]));
    for (const each of volumes) {
      const users = usersOf(request, byKey.get(keyOf(each))?.containers ?? []).size;
      expect(each.users).toBe(users);
      expect(each.step === null).toBe(users > 0);
      if (each.step !== null) expect(steps[each.step]).toMatchObject({ action: 'unmountVolume', volume: idOf(each) });
    }
    expect(unmountsOf(steps).length).toBe(volumes.filter(({ step }) => step !== null).length);
  });
});

const idOf = ({ driver, name }: { driver: string; name: string }) => ({ driver, name });

test('only a mount that is seen to be ours is named for peeling', () => {
  always(({ steps }, { boot, ledger, mounts }) => {
    for (const { volume, mount } of unmountsOf(steps)) {
      const row = ledger.volumes.find((each) => keyOf(each) === keyOf(volume));
      const own = row?.mount ?? null;
      const isOurs = own !== null && lookFor(own, boot, mounts) === 'present';
      expect(mount).toEqual(isOurs ? own : null);
    }
  });
});

test('the class is what ledger and mount table say', () => {
  const classOf = (row: RecoverVolume, users: number, { boot, mounts }: RecoverRequest) => {
    if (row.state !== 'mounted') return 'uncertain';
    const presence = row.mount === null ? 'present' : lookFor(row.mount, boot, mounts);
    if (presence !== 'present') return presence === 'missing' ? 'missing' : 'foreign';
    return users > 0 ? 'in-use' : 'orphaned';
  };
  always(({ volumes }, request) => {
    for (const each of volumes) {
      const row = request.ledger.volumes.find((other) => keyOf(other) === keyOf(each));
      if (row === undefined) throw new Error(`no row of ${keyOf(each)}`);
      expect(each.class).toBe(classOf(row, each.users, request));
      expect(each.reason).toContain(each.users === 0 ? 'nobody uses it' : 'container ');
    }
  });
});

test('who is gone is forgotten, and nobody else', () => {
  always(({ gone, steps }, request) => {
    const named = [...request.ledger.containers, ...request.ledger.volumes.flatMap(({ containers }) => containers)];
    const expected = [...new Set(named)].filter((id) => usersOf(request, [id]).size === 0);
    expect(gone).toEqual(expected);
    expect(steps.flatMap((step) => (step.action === 'forget' ? [step.container] : []))).toEqual(expected);
  });
});

test('a volume waits for the forgetting of those that claimed it and for nothing else', () => {
  always(({ gone, steps }, { ledger }) => {
    for (const step of unmountsOf(steps)) {
      const row = ledger.volumes.find((each) => keyOf(each) === keyOf(step.volume));
      expect(step.after.map((id) => gone[id])).toEqual(gone.filter((id) => row?.containers.includes(id)));
    }
  });
});

test('directories are removed when all who named them are gone, the innermost first', () => {
  always(({ steps }, request) => {
    const removed = steps.flatMap((step) => (step.action === 'removeDirectory' ? [step.location.path] : []));
    const expected = request.ledger.directories.filter(
      ({ containers }) => containers !== null && usersOf(request, containers).size === 0,
    );
    expect(removed.toSorted()).toEqual(expected.map(({ path }) => path).toSorted());
    for (const [index, path] of removed.entries()) {
      expect(removed.slice(index + 1).filter((later) => later.startsWith(`${path}/`))).toEqual([]);
    }
  });
});

test('asked in parts, the answers are together what one answer would be', () => {
  const property = fc.property(recoverRequests, fc.nat({ max: 8 }), (request, at) => {
    const { volumes } = request.ledger;
    const whole = core.recover(request);
    const parts = [volumes.slice(0, at), volumes.slice(at)].map((some) => {
      return core.recover({ ...request, ledger: { ...request.ledger, volumes: some, directories: [] } });
    });
    const told = (plan: RecoverPlan) => {
      return plan.volumes.map(({ step, ...each }) => ({ ...each, isReleased: step !== null }));
    };
    expect(parts.flatMap(told)).toEqual(told(whole));
    expect(new Set(parts.flatMap(({ gone }) => gone))).toEqual(new Set(whole.gone));
    const releases = (plan: RecoverPlan) => {
      return unmountsOf(plan.steps).map(({ volume, mount, after }) => ({
        ...{ volume, mount },
        after: new Set(after.map((id) => plan.gone[id])),
      }));
    };
    expect(parts.flatMap(releases)).toEqual(releases(whole));
  });
  fc.assert(property, { numRuns: RUNS });
});
