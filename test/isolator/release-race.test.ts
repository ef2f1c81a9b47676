import { Isolator } from '../../host/isolator/isolator.ts';
import type { Ledger } from '../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { app } from '../support/app.ts';
import { claimOf, newContainer } from '../support/ledger-rows.ts';
import { plainDriver } from '../support/plain-driver.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const DOCUMENT = app([{ name: 'one' }]);

/** Two isolators on one ledger; the first one does `meanwhile` between deciding on a release and holding the volume. */
async function setUp(meanwhile: (rows: Ledger, other: Isolator) => Promise<unknown>) {
  const calls: string[] = [];
  const rows = await SqliteLedger.open({ memory: true });
  const options = { policy: { transport: 'plugin' }, drivers: { plugin: plainDriver(directory, calls) } };
  const race = { isOn: false };
  const racing: Ledger = {
    read: (work) => rows.read(work),
    change: (work) => rows.change(work),
    async hold(name, holdOptions) {
      if (race.isOn && name.startsWith('volume ')) {
        race.isOn = false;
        await meanwhile(rows, other);
      }
      return rows.hold(name, holdOptions);
    },
    close: () => rows.close(),
  };
  const isolator = await Isolator.create({ ...options, ledger: racing });
  const other = await Isolator.create({ ...options, ledger: rows });
  return { isolator, race, calls, rows };
}

test('a container that was prepared while a release waited keeps its volume', async () => {
  const { isolator, race, calls, rows } = await setUp((_, other) => other.prepare('second', DOCUMENT));
  await isolator.prepare('first', DOCUMENT);
  race.isOn = true;
  await isolator.cleanup('first');
  expect(race.isOn).toBe(false);
  expect(calls).toEqual(['mount one']);
  expect(await isolator.list()).toMatchObject({
    containers: [{ container: 'second', state: 'prepared' }],
    volumes: [{ name: 'one', state: 'mounted', containers: ['second'] }],
  });
  await isolator.cleanup('second');
  expect(calls).toEqual(['mount one', 'unmount one']);
  expect(await rows.read((reader) => reader.volumes())).toEqual([]);
});

test('a container that has only noted its intent while a release waited keeps the volume mounted', async () => {
  const { isolator, race, calls } = await setUp((rows) =>
    rows.change((writer) => {
      const [claim] = writer.claimsOf('first');
      const volume = writer.volume({ driver: 'tmpfs', name: 'one' });
      expect({ claim, state: volume?.state }).toEqual({ claim: undefined, state: 'mounted' });
      writer.intend(newContainer('second'), [claimOf('second', 'one', null, 'tmpfs')]);
    }),
  );
  await isolator.prepare('first', DOCUMENT);
  race.isOn = true;
  await isolator.cleanup('first');
  expect(calls).toEqual(['mount one']);
  expect(await isolator.list()).toMatchObject({ volumes: [{ name: 'one', state: 'mounted', containers: ['second'] }] });
});
