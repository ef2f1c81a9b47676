import type { Random } from '../random.ts';

/** A task as its author writes it for Marathon, and as its agent is given it. */
export interface TaskWorld {
  readonly policy: string;
  /** A Marathon app. */
  readonly app: string;
  /** What an agent is given of the same task: a Mesos ContainerConfig. */
  readonly container: string;
}

/** Good ones first and often, so that documents with one mistake are as usual as those with none. */
const NAMES = [...repeat(['data', 'DATA', 'logs', 'a'], 6), 'a b', '../b', '', 'tür', 'a;b', '$(id)', 'x'.repeat(256)];
const DRIVERS = [...repeat(['rexray', 'nfs', 'rexray/ebs'], 6), '', '..', 'a b', 'a:b@c', 'Nfs', 'd'.repeat(256)];
const OPTIONS = [
  ...repeat(['size=5', 'size=5,iops=100', 'newfstype=ext4', 'label=a=b', '', 'overwritefs=true', 'password=p'], 3),
  ...[
    'size=5G',
    'iops',
    '=x',
    'a=1,a=2',
    'newfstype=zfs',
    'size=500',
    'overwritefs=maybe',
    'volumetype=a b',
    'a=\u0007',
  ],
];
const PATHS = [
  ...repeat(['/tmp/a', '/tmp/b', '/srv/a', '/srv/a/b', '/tmp//a/', '/mnt/data'], 4),
  ...['/', '/proc/1', '/etc', 'data', '/tmp/../etc', '/tmp/.', '', `/tmp/${'p'.repeat(256)}`, '/dev/shm/x'],
];
const CLIS = [...repeat(['/usr/bin/dvdcli'], 5), '/bin/sh', 'dvdcli', '/usr/bin/../bin/dvdcli'];
const CREATES = [...repeat(['true', 'false', 'TRUE'], 4), ' true ', 'yes', ''];
const OTHERS = ['DVDI_VOLUME_NAME10', 'DVDI_VOLUME_NAM', 'DVDI_VOLUME_OPTS_X', 'DVDI_OTHER', 'PATH', 'DVDI_VOLUME_'];

/** None of them is about some apps only: an agent knows a container, and seldom its app (docs/policy.md). */
const POLICIES = [
  ...repeat(['{}'], 4),
  '{"strict":true}',
  '{"characters":"printable"}',
  '{"sharing":"allow","preempt":true}',
  '{"defaultDriver":"nfs","drivers":{"nfs":{"options":{"size":{"max":50,"required":true}}}}}',
  '{"drivers":{"rexray/ebs":{"allow":false}},"characters":"printable","containerPaths":["/tmp","/srv"]}',
  '{"driversAllowed":["rexray","nfs"],"protectedPaths":["/srv/a"]}',
  '{"volumeNames":[{"apps":"/**","names":["d*","logs"]}]}',
  '{"severity":{"attribute-without-name":"error","path-not-allowed":"warn"},"containerPaths":["/tmp"]}',
  '{"dvdcliPaths":["/bin/sh"],"exceptions":[{"code":"path-not-allowed","reason":"it moves"}],"containerPaths":["/mnt"]}',
];

const UPGRADES = [null, { minimumHealthCapacity: 0, maximumOverCapacity: 0 }, { maximumOverCapacity: 1 }];

function repeat<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, () => list).flat();
}

function attributesOf(random: Random, slot: string): [string, string][] {
  const often = (name: string, values: readonly string[], of: number): [string, string][] =>
    random.below(of) === 0 ? [] : [[`DVDI_VOLUME_${name}${slot}`, random.pick(values)]];
  return [
    ...often('NAME', NAMES, 12),
    ...often('DRIVER', DRIVERS, 3),
    ...often('OPTS', OPTIONS, 2),
    ...often('CONTAINERPATH', PATHS, 3),
    ...(random.below(4) === 0 ? often('DVDCLI', CLIS, 2) : []),
    ...(random.below(4) === 0 ? often('EXPLICITCREATE', CREATES, 2) : []),
  ];
}

/** One task under one policy. */
export function taskWorld(random: Random): TaskWorld {
  const slots = ['', '0', '1', '2', '9'].slice(0, random.below(5)).filter(() => random.below(3) > 0);
  const variables = slots.flatMap((slot) => attributesOf(random, slot));
  if (random.below(8) === 0) variables.push([random.pick(OTHERS), random.pick(NAMES)]);
  const env = Object.fromEntries(variables);
  const upgradeStrategy = random.pick(UPGRADES);
  const app = {
    ...{ id: '/db', cmd: './db', instances: 1 + random.below(2), env },
    ...(upgradeStrategy === null ? {} : { upgradeStrategy }),
  };
  const environment = { variables: Object.entries(env).map(([name, value]) => ({ name, value })) };
  return {
    policy: random.pick(POLICIES),
    app: JSON.stringify(app),
    container: JSON.stringify({ directory: '/var/lib/mesos/sandbox', command_info: { environment } }),
  };
}
