import fc from 'fast-check';
import type {
  LedgerMount,
  RecoverDirectory,
  RecoverMount,
  RecoverRequest,
  RecoverVolume,
} from '../../host/core/documents.ts';

/** Few containers, boots, paths and ids, so that they meet often. */
const CONTAINERS = ['a', 'b', 'c', 'd', 'e', 'web.1', 'web.2'];
const PATHS = ['/mnt/one', '/mnt/two', '/mnt/two/in', '/mnt'];
const DIRECTORIES = ['/tmp/a', '/tmp/a/b', '/tmp/a/b/c', '/srv/x'];

const containers = fc.array(fc.constantFrom(...CONTAINERS), { maxLength: 4 });
const someContainers = fc.subarray(CONTAINERS);

const mount: fc.Arbitrary<RecoverMount> = fc.record({
  path: fc.constantFrom(...PATHS),
  id: fc.constantFrom(40, 41),
  device: fc.constantFrom('7:0', '7:1'),
});

const ledgerMount: fc.Arbitrary<LedgerMount | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 6,
    arbitrary: fc.tuple(mount, fc.constantFrom('now', 'now', 'now', 'before')).map(([own, boot]) => ({ ...own, boot })),
  },
);

const volume: fc.Arbitrary<RecoverVolume> = fc.record({
  driver: fc.constantFrom('rexray', 'ceph'),
  name: fc.constantFrom('one', 'two', 'three', 'four'),
  options: fc.constant([]),
  mountpoint: fc.constantFrom('/mnt/one', '/mnt/two/in', null),
  mount: ledgerMount,
  state: fc.constantFrom('mounted', 'mounted', 'mounted', 'intended', 'uncertain', 'releasing', 'released'),
  transport: fc.constantFrom({ kind: 'plugin' as const }, { kind: 'dvdcli' as const, executable: '/opt/dvdcli' }),
  containers,
});

const directory: fc.Arbitrary<RecoverDirectory> = fc.record({
  path: fc.constantFrom(...DIRECTORIES),
  containers: fc.oneof({ weight: 5, arbitrary: containers }, { weight: 1, arbitrary: fc.constant(null) }),
});

/** Ledgers, runtimes and mount tables in any state. */
export const recoverRequests: fc.Arbitrary<RecoverRequest> = fc.record({
  boot: fc.constant('now'),
  running: someContainers,
  orphans: someContainers,
  ledger: fc.record({
    containers,
    volumes: fc.uniqueArray(volume, { maxLength: 8, selector: ({ driver, name }) => `${driver} ${name}` }),
    directories: fc.uniqueArray(directory, { maxLength: 4, selector: ({ path }) => path }),
  }),
  mounts: fc.array(mount, { maxLength: 4 }),
});
