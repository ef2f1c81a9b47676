import fc from 'fast-check';
import type { Claim, VolumeId } from '../../../host/core/documents.ts';
import type { VolumeNote } from '../../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { LedgerModel } from '../../support/ledger-model.ts';

const NOW = { uptimeMs: 500, boot: 'now' };

// Few names, so that they meet; among them what sorts or folds in another way than one may think.
const container = fc.constantFrom('a', 'b', 'c.d', 'é');
const id: fc.Arbitrary<VolumeId> = fc.record({
  driver: fc.constantFrom('rexray', 'Rexray', 'ceph'),
  name: fc.constantFrom('data', 'DATA', 'É', 'é', "x'y", '\u{1f4be}', '\uffee'),
});
const path = fc.constantFrom(null, '/tmp', '/tmp/x', '/tmp/x/y', '/tmp/x-y', '/tmp0', '/tmpfoo', '/', '/srv/%');
const directory = fc.constantFrom('/tmp', '/tmp/x', '/', '/srv', '/tmpfoo');
const option = fc.record({ key: fc.constantFrom('size', 'label'), value: fc.string(), secret: fc.boolean() });
const transport = fc.constantFrom(
  { kind: 'plugin' } as const,
  { kind: 'dvdcli', executable: '/usr/bin/dvdcli' } as const,
);
const claim = fc.record({
  id,
  path,
  mode: fc.constantFrom('rw' as const, 'ro' as const),
  options: fc.array(option, { maxLength: 2 }),
  transport,
  step: fc.nat(9),
});
const mount = fc.record({
  path: fc.constantFrom('/m', '/m/n'),
  id: fc.nat(99),
  device: fc.constant('0:7'),
  boot: fc.constant('now'),
});
const failure = fc.record({
  error: fc.constantFrom('it hangs', 'it lies'),
  retry: fc.option(fc.record({ uptimeMs: fc.nat(1000), boot: fc.constantFrom('now', 'before') })),
});
const note: fc.Arbitrary<VolumeNote> = fc
  .record({
    state: fc.constantFrom('intended', 'mounted', 'uncertain', 'releasing', 'released'),
    mountpoint: fc.option(fc.constantFrom('/m', '/m/n', '/k')),
    mount: fc.option(mount),
    options: fc.option(fc.array(option, { maxLength: 1 }), { nil: undefined }),
    transport: fc.option(transport, { nil: undefined }),
    failure: fc.option(failure, { nil: undefined }),
  })
  .map(
    (all) =>
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as VolumeNote,
  );

const action = fc.oneof(
  fc.record({ type: fc.constant('intend' as const), container, claims: fc.array(claim, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('finish' as const), container, answer: fc.string() }),
  fc.record({ type: fc.constant('beginCleanup' as const), container }),
  fc.record({ type: fc.constant('dropClaim' as const), container, id }),
  fc.record({ type: fc.constant('forget' as const), container }),
  fc.record({ type: fc.constant('noteVolume' as const), id, note }),
  fc.record({ type: fc.constant('directory' as const), path: directory, isMade: fc.boolean() }),
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

async function carryOut(ledger: SqliteLedger, model: LedgerModel, act: Action): Promise<void> {
  const isKnown = 'container' in act && model.containers.some((row) => row.container === act.container);
  await ledger.change((rows) => {
    switch (act.type) {
      case 'intend': {
        if (isKnown) return;
        const claims = claimsOf(act.container, act.claims);
        rows.intend({ container: act.container, requestHash: null, process: null }, claims);
        return model.intend(act.container, claims);
      }
      case 'finish':
        if (!isKnown) return;
        rows.finish(act.container, act.answer);
        return model.finish(act.container, act.answer);
      case 'beginCleanup':
        if (!isKnown) return;
        rows.beginCleanup(act.container);
        return model.beginCleanup(act.container);
      case 'dropClaim':
        rows.dropClaim(act.container, act.id);
        return model.dropClaim(act.container, act.id);
      case 'forget':
        rows.forget(act.container);
        return model.forget(act.container);
      case 'noteVolume':
        if (model.find(act.id) === undefined) return;
        rows.noteVolume(act.id, act.note);
        return model.noteVolume(act.id, act.note);
      case 'directory':
        if (act.isMade) rows.noteDirectory(act.path);
        else rows.forgetDirectory(act.path);
        model.directories = [...new Set([...model.directories, act.path])].filter(
          (one) => act.isMade || one !== act.path,
        );
    }
  });
}

/** A container claims a volume once at most. */
function claimsOf(
  name: string,
  drawn: readonly (Omit<Claim, 'container' | 'driver' | 'name'> & { id: VolumeId })[],
): Claim[] {
  const byKey = new Map(drawn.map((one) => [JSON.stringify(one.id), one]));
  return [...byKey.values()].map(({ id: volume, ...rest }) => ({ container: name, ...volume, ...rest }));
}

async function expectAgreement(ledger: SqliteLedger, model: LedgerModel): Promise<void> {
  const names = ['a', 'b', 'c.d', 'é', 'nobody'];
  await ledger.read((rows) => {
    expect(rows.volumes().map(({ changedMs: _, ...rest }) => rest)).toEqual(model.records());
    expect(rows.containers().map(({ container: name, state, answer }) => ({ container: name, state, answer }))).toEqual(
      model.containers,
    );
    expect(rows.directories()).toEqual(model.directoriesInUse());
    for (const all of [true, false]) expect(rows.releasable(NOW, all)).toEqual(model.releasable(NOW, all));
    for (const name of names) {
      expect(rows.claimsOf(name)).toEqual(model.claims.filter((one) => one.container === name));
      expect(rows.volumesOf(name)).toEqual(model.volumesOf(name));
      expect(
        rows.volumesLike(
          [
            { driver: 'REXRAY', name: 'Data' },
            { driver: 'ceph', name: 'É' },
          ],
          name,
        ),
      ).toEqual(
        expect.arrayContaining(
          model.volumesLike(
            [
              { driver: 'REXRAY', name: 'Data' },
              { driver: 'ceph', name: 'É' },
            ],
            name,
          ),
        ),
      );
      for (const at of ['/', '/tmp', '/tmp/x', '/srv', '/srv/%', '/tmp0']) {
        expect([at, rows.pathInUse(at, name)]).toEqual([at, model.pathInUse(at, name)]);
      }
    }
  });
}

test('whatever is done to it, the ledger says what the simplest model of it says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async (actions) => {
      const ledger = await SqliteLedger.open({ memory: true });
      const model = new LedgerModel();
      try {
        for (const act of actions) await carryOut(ledger, model, act);
        await expectAgreement(ledger, model);
      } finally {
        ledger.close();
      }
    }),
    { numRuns: 400 },
  );
});
