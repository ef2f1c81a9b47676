import fc from 'fast-check';
import type { Inspection, LedgerVolume, Plan } from '../../host/core/documents.ts';
import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { type Situation, situations } from '../support/plan-arbitraries.ts';
import { ancestorsOf, bindsOf, isDirectoryStep, isInside, isVolumeStep } from '../support/plan-graph.ts';
import { RawCore } from '../support/raw-core.ts';

const RUNS = 2_000;
const DETECT = 0;
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

function prepare({ document, policy, volumes }: Situation): Plan {
  expect(core.configure(policy).verdict).toBe('allow');
  return core.prepare({ container: 'c', kind: DETECT, ledger: { volumes } }, document);
}

/** The check holds for the plan of every situation. */
function always(check: (plan: Plan, situation: Situation) => void): void {
  const property = fc.property(situations, (situation) => check(prepare(situation), situation));
  fc.assert(property, { numRuns: RUNS });
}

test('the situations are worth their name: granted, warned of and denied, nested, shared', () => {
  const seen = { allow: 0, warn: 0, deny: 0, nested: 0, reused: 0, readOnly: 0 };
  always((plan) => {
    seen[plan.verdict]++;
    if (plan.steps.some((step) => step.action === 'reuseVolume')) seen.reused++;
    for (const step of plan.steps) {
      if (step.action === 'ensureDirectory' && typeof step.location.within === 'object') {
        if (step.location.within !== null) seen.nested++;
      }
      if (step.action === 'bind' && step.readOnly) seen.readOnly++;
    }
  });
  expect(Object.values(seen).filter((count) => count < RUNS / 100)).toEqual([]);
});

test('steps are numbered, and each comes after all that it needs', () => {
  always(({ steps }) => {
    expect(steps.map(({ id }) => id)).toEqual(steps.keys().toArray());
    for (const { id, after } of steps) {
      expect(after).toEqual([...new Set(after)].sort((one, other) => one - other));
      expect(after.every((each) => each >= 0 && each < id)).toBe(true);
    }
  });
});

test('the verdict follows from the findings, and a denied plan does nothing', () => {
  always((plan) => {
    const severities = new Set(plan.findings.map(({ severity }) => severity));
    const verdict = severities.has('error') ? 'deny' : severities.has('warning') ? 'warn' : 'allow';
    expect(plan.verdict).toBe(verdict);
    if (verdict !== 'deny') return;
    const { claims, steps, launch } = plan;
    const nothing = { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] };
    expect({ claims, steps, launch }).toEqual({ claims: [], steps: [], launch: nothing });
  });
});

test('every claim has a volume step of its own, and every volume step its claim', () => {
  always(({ claims, steps }) => {
    expect(claims.map(({ step }) => step)).toEqual(steps.filter(isVolumeStep).map(({ id }) => id));
    for (const { driver, name, step } of claims) expect(steps[step]).toMatchObject({ volume: { driver, name } });
  });
});

test('a step names others that are of the right sort and done before it', () => {
  always((plan) => {
    const ancestors = ancestorsOf(plan);
    const expectBefore = (id: number, other: number, isRight: (step: Plan['steps'][number] | undefined) => boolean) => {
      expect(ancestors[id]?.has(other)).toBe(true);
      expect(isRight(plan.steps[other])).toBe(true);
    };
    for (const step of plan.steps) {
      if (step.action === 'bind') expectBefore(step.id, step.source, isVolumeStep);
      if (step.action === 'matchOwner') {
        expectBefore(step.id, step.volume, isVolumeStep);
        expectBefore(step.id, step.directory, isDirectoryStep);
      }
      const location = step.action === 'ensureDirectory' ? step.location.within : null;
      if (location !== null && typeof location === 'object') expectBefore(step.id, location.step, isVolumeStep);
    }
  });
});

test('volumes wait for directories on the machine and for nothing else, so never for each other', () => {
  always((plan) => {
    const ancestors = ancestorsOf(plan);
    for (const { id } of plan.steps.filter(isVolumeStep)) {
      expect([...(ancestors[id] ?? [])].every((each) => isDirectoryStep(plan.steps[each]))).toBe(true);
    }
  });
});

test('every claim with a path has one bind, at that path as the container sees it', () => {
  always((plan, { rootfs }) => {
    const withPath = plan.claims.filter(({ path }) => path !== null);
    const binds = bindsOf(plan);
    expect(binds.length).toBe(withPath.length);
    expect(plan.steps.filter(({ action }) => action === 'bind').length).toBe(binds.length);
    for (const { path, step, mode } of withPath) {
      const [bind] = binds.filter(({ source }) => source === step);
      const { within, path: target } = bind?.target ?? {};
      if (rootfs === null) expect(`${within ?? ''}${target}`).toBe(path);
      else expect({ within, target }).toEqual({ within: rootfs, target: path });
      expect(bind?.readOnly).toBe(mode === 'ro');
    }
    expect(plan.launch.newMountNamespace).toBe(binds.length > 0);
  });
});

test('a path inside another is bound after it, on a directory that is made in the other volume', () => {
  always((plan) => {
    const ancestors = ancestorsOf(plan);
    const order = bindsOf(plan).map(({ source }) => source);
    for (const outer of plan.claims) {
      for (const inner of plan.claims) {
        if (outer.path === null || inner.path === null || !isInside(inner.path, outer.path)) continue;
        expect(order.indexOf(outer.step)).toBeLessThan(order.indexOf(inner.step));
        const [outerBind, innerBind] = [outer, inner].map(({ step }) => plan.launch.binds[order.indexOf(step)] ?? -1);
        expect(ancestors[innerBind ?? -1]?.has(outerBind ?? -1)).toBe(true);
      }
    }
    for (const step of plan.steps) {
      const within = step.action === 'ensureDirectory' ? step.location.within : null;
      if (step.action !== 'ensureDirectory' || within === null || typeof within === 'string') continue;
      const outer = plan.claims.find((claim) => claim.step === within.step);
      expect(plan.claims.map(({ path }) => path)).toContain(`${outer?.path}${step.location.path}`);
    }
  });
});

test('what is mounted already keeps its owner, and so does what is only read', () => {
  always(({ claims, steps }) => {
    const expected = claims.filter(
      ({ path, mode, step }) => path !== null && mode === 'rw' && steps[step]?.action === 'mountVolume',
    );
    const changed = steps.flatMap((step) => (step.action === 'matchOwner' ? [step.volume] : []));
    expect(changed.sort()).toEqual(expected.map(({ step }) => step).sort());
  });
});

test('prepare says what inspect says, and what the ledger adds', () => {
  always((plan, { document, volumes }) => {
    const inspection: Inspection = core.inspect(DETECT, document);
    const ofLedger = /^(?:volume-in-use|volume-vanished|volume-case|options-ignored)$/;
    expect(plan.findings.filter(({ code }) => !ofLedger.test(code))).toEqual(inspection.findings);
    if (volumes.length === 0) expect(plan.verdict).toBe(inspection.verdict);
    if (inspection.verdict === 'deny') expect(plan.verdict).toBe('deny');
    if (plan.verdict === 'allow') expect(plan.claims.length).toBe(inspection.requests.length);
  });
});

test('a driver is asked to release first what it may still count as mounted, and nothing else', () => {
  always(({ steps }, { volumes }) => {
    for (const step of steps) {
      if (step.action !== 'mountVolume' && step.action !== 'reuseVolume') continue;
      const { driver, name } = step.volume;
      const row = volumes.find((each) => each.driver === driver && each.name === name);
      const isThere = row?.state === 'mounted' && row.mountpoint !== null && row.presence === 'present';
      expect(step.action === 'reuseVolume').toBe(isThere);
      if (step.action === 'mountVolume') expect(step.releaseFirst).toBe((row?.state ?? 'released') !== 'released');
    }
  });
});

test('a mount that vanished under its users denies the container that wants it', () => {
  always(({ claims, findings }, { volumes }) => {
    const vanished = volumes.filter(({ state, users, presence }) => {
      return state === 'mounted' && users > 0 && presence !== 'present';
    });
    for (const { driver, name } of vanished) {
      expect(claims).not.toContainEqual(expect.objectContaining({ driver, name }));
    }
    if (vanished.length === 0) expect(findings.filter(({ code }) => code === 'volume-vanished')).toEqual([]);
  });
});

test('cleanup of what prepare claims unmounts the volumes without other users, by the way they came', () => {
  const property = fc.property(situations, fc.array(fc.nat({ max: 2 })), (situation, users) => {
    const { claims } = prepare(situation);
    const volumes: LedgerVolume[] = claims.map(({ driver, name, options, transport }, index) => ({
      ...{ driver, name, options, transport, mountpoint: `/mnt/${index}`, state: 'mounted' },
      mount: { path: `/mnt/${index}`, id: index, device: '7:0', boot: 'boot' },
      users: users[index] ?? 0,
    }));
    const { steps, verdict } = core.cleanup({ container: 'c', ledger: { volumes, directories: [] } });
    const [forget, ...unmounts] = steps;
    expect({ verdict, forget }).toMatchObject({ verdict: 'allow', forget: { action: 'forget', container: 'c' } });
    const expected = volumes.filter((row) => row.users === 0);
    expect(unmounts).toMatchObject(
      expected.map(({ driver, name, mountpoint, mount, transport }) => ({
        ...{ action: 'unmountVolume', volume: { driver, name }, mountpoint, mount, transport, after: [0] },
      })),
    );
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the same bytes in are the same bytes out, whatever was asked before', async () => {
  const [one, other] = [await RawCore.load(), await RawCore.load()];
  const property = fc.property(situations, fc.string(), ({ document, policy, volumes }, noise) => {
    const request = `${JSON.stringify({ container: 'c', kind: DETECT, ledger: { volumes } })}\n${document}`;
    const answers = [one, other].map((each) => each.call('configure', policy) + each.call('prepare', request));
    one.call('prepare', noise);
    one.call('cleanup', noise);
    answers.push(one.call('configure', policy) + one.call('prepare', request));
    expect(new Set(answers).size).toBe(1);
  });
  fc.assert(property, { numRuns: RUNS });
});
