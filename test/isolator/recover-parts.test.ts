import { Isolator } from '../../host/isolator/isolator.ts';
import type { Ledger } from '../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { type RecoverPart, recoverParts } from '../../host/isolator/recover-parts.ts';
import { claimOn, volumeId } from '../support/ledger-world.ts';

const idle = {
  mount: async () => '/x',
  unmount: async () => undefined,
  mountpointOf: async () => null,
};

async function partsOf(ledger: Ledger, isGone: (container: string) => boolean = () => true): Promise<RecoverPart[]> {
  const names = (await ledger.read((rows) => rows.containers())).map(({ container }) => container);
  const parts: RecoverPart[] = [];
  for await (const part of recoverParts(ledger, names, isGone)) parts.push(part);
  return parts;
}

async function ledgerOf(volumes: number, options: { readonly shared?: boolean; readonly path?: boolean } = {}) {
  const ledger = await SqliteLedger.open({ memory: true });
  await ledger.change((rows) => {
    for (let index = 0; index < volumes; index += 1) {
      const container = `c${index}`;
      const name = options.shared ? 'shared' : `v${String(index).padStart(6, '0')}`;
      const path = options.path ? `/tmp/${index % 10}/${index}` : null;
      rows.intend({ container, requestHash: null, process: null }, [claimOn(name, container, path)]);
      rows.noteVolume(volumeId(name), { state: 'mounted', mountpoint: `/m/${name}`, mount: null });
      if (path !== null) rows.noteDirectory(path);
    }
    rows.intend({ container: 'idle', requestHash: null, process: null }, []);
  });
  return ledger;
}

test('every volume, every container and every directory comes once', async () => {
  const ledger = await ledgerOf(4_500, { path: true });
  const parts = await partsOf(ledger);
  const volumes = parts.flatMap((part) => part.ledger.volumes.map(({ name }) => name));
  expect(new Set(volumes).size).toBe(4_500);
  expect(volumes).toHaveLength(4_500);
  expect(parts.flatMap((part) => part.ledger.containers)).toEqual(['idle']);
  const paths = parts.flatMap((part) => part.ledger.directories.map(({ path }) => path));
  expect(new Set(paths).size).toBe(4_500);
  expect(paths.map(({ length }) => length)).toEqual(paths.map(({ length }) => length).toSorted((a, b) => b - a));
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(2_000_000);
  ledger.close();
});

test('of very many containers of one volume those come that keep it', async () => {
  const ledger = await ledgerOf(9_000, { shared: true });
  const [part] = await partsOf(ledger, (container) => container !== 'c8999');
  expect(part?.ledger.volumes).toHaveLength(1);
  expect(part?.ledger.volumes[0]?.containers).toHaveLength(8_000);
  expect(part?.ledger.volumes[0]?.containers[0]).toBe('c8999');
  ledger.close();
});

test.each([
  ['many volumes', 4_500, false],
  ['one volume of many containers', 9_000, true],
])(
  'a recover over %s leaves none of them',
  async (_what, count, shared) => {
    const ledger = await ledgerOf(count, { shared });
    const isolator = await Isolator.create({ ledger, drivers: { plugin: idle } });
    const kept = await isolator.recover({ running: ['c7'], orphans: [], dryRun: true });
    expect(kept.plan.gone).toHaveLength(count);
    const { failures, plan } = await isolator.recover({ running: [], orphans: [] });
    expect(failures).toEqual([]);
    expect(new Set(plan.gone).size).toBe(count + 1);
    const { volumes, containers } = await isolator.list();
    expect({ volumes, containers }).toEqual({ volumes: [], containers: [] });
    ledger.close();
  },
  60_000,
);
