import fc from 'fast-check';
import type { LedgerVolume } from '../../host/core/documents.ts';

/** Few names and paths, so that they meet often: twice the same, one inside another, spelled otherwise. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'data', 'DATA'];
const DRIVERS = ['rexray', 'ceph', 'Ceph'];
const GOOD_PATHS = ['/srv', '/srv/a', '/srv/./a//b/', '/tmp', '/tmp/x', '/tmp/x/y', '/tmp/x/y/z', '/tmpfoo', '/tmp/xy'];
const RELATIVE_PATHS = ['data', 'data/in', './data/in/deep/', 'other'];
const BAD_PATHS = ['/', '/proc/1', '/tmp/../etc', '..', '.'];

/** What the plan of a document is decided by. */
export interface Situation {
  readonly document: string;
  readonly rootfs: string | null;
  readonly policy: string;
  readonly volumes: readonly LedgerVolume[];
}

const name = fc.constantFrom(...NAMES);
const driver = fc.constantFrom(...DRIVERS);

/** Bad texts are rare, so that most documents are granted. */
function rarely<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

const absolutePath = rarely(fc.constantFrom(...GOOD_PATHS), fc.constantFrom(...BAD_PATHS));
const anyPath = rarely(fc.constantFrom(...GOOD_PATHS, ...RELATIVE_PATHS), fc.constantFrom(...BAD_PATHS));

const slot = fc.record({
  digit: fc.constantFrom('', '0', '1', '2', '3', '9'),
  NAME: name,
  DRIVER: driver,
  OPTS: rarely(fc.constantFrom('', 'size=5', 'size=5,label=x', 'password=p'), fc.constant('size')),
  CONTAINERPATH: fc.oneof(fc.constant(''), absolutePath),
  EXPLICITCREATE: fc.constantFrom('', 'true', 'false'),
});

const variables = fc
  .uniqueArray(slot, { maxLength: 5, selector: ({ digit }) => Number(digit) })
  .map((slots) =>
    slots.flatMap(({ digit, ...attributes }) =>
      Object.entries(attributes).map(([attribute, value]) => [`DVDI_VOLUME_${attribute}${digit}`, value] as const),
    ),
  );

const dockerVolume = fc.record({
  container_path: anyPath,
  mode: fc.constantFrom('RW', 'RO'),
  source: fc.record({
    type: fc.constant('DOCKER_VOLUME'),
    docker_volume: fc.record({ driver, name }),
  }),
});

const environment = variables.map((all) => ({ document: JSON.stringify(Object.fromEntries(all)), rootfs: null }));

const mesos = fc
  .record({
    all: variables,
    volumes: fc.array(dockerVolume, { maxLength: 5 }),
    rootfs: fc.constantFrom(null, '/var/lib/mesos/rootfs'),
    directory: rarely<string | null>(fc.constant('/var/lib/mesos/run'), fc.constant(null)),
  })
  .map(({ all, volumes, rootfs, directory }) => {
    const list = all.map(([key, value]) => ({ name: key, value }));
    const command_info = { environment: { variables: list } };
    const config = { command_info, container_info: { volumes }, rootfs, directory };
    return { document: JSON.stringify({ container_config: config }), rootfs };
  });

const policy = fc
  .record({
    sharing: fc.constantFrom('allow', 'deny'),
    strict: rarely(fc.constant(false), fc.constant(true)),
    transport: fc.constantFrom('plugin', 'dvdcli'),
    drivers: fc.constantFrom({}, { ceph: { transport: 'dvdcli', sharing: 'deny' } }, { rexray: { sharing: 'allow' } }),
  })
  .map((fields) => JSON.stringify(fields));

const ledgerVolume: fc.Arbitrary<LedgerVolume> = fc.record({
  driver,
  name,
  options: fc.constantFrom([], [{ key: 'size', value: '5', secret: false }]),
  mountpoint: fc.constantFrom('/mnt/one', '/mnt/two', null),
  mount: fc.constantFrom(null, { path: '/mnt/one', id: 40, device: '7:0', boot: 'boot' }),
  state: fc.constantFrom('mounted', 'mounted', 'mounted', 'intended', 'uncertain', 'releasing', 'released'),
  transport: fc.constantFrom({ kind: 'plugin' as const }, { kind: 'dvdcli' as const, executable: '/opt/dvdcli' }),
  users: fc.constantFrom(0, 0, 0, 1, 2),
  presence: fc.constantFrom('present', 'present', 'present', 'present', 'missing', 'replaced'),
});

const ledgerVolumes = fc.uniqueArray(ledgerVolume, {
  maxLength: 12,
  selector: (row) => JSON.stringify([row.driver, row.name]),
});

/** Documents of every kind, good ones mostly, with policies and rows of a ledger. */
export const situations: fc.Arbitrary<Situation> = fc
  .tuple(fc.oneof(environment, mesos), policy, ledgerVolumes)
  .map(([document, chosen, volumes]) => ({ ...document, policy: chosen, volumes }));
