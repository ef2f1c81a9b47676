import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { type Cluster, DRIVER, type TaskRun } from './cluster.ts';
import { until } from './processes.ts';

/** One thing that must be true of the module in a real agent. */
export interface Scenario {
  readonly name: string;
  run(cluster: Cluster): Promise<void>;
}

type Variables = Readonly<Record<string, string>>;

/** The variables of a task with one volume of 1 GiB. */
function volume(name: string, path: string | null, more: Variables = {}): Variables {
  return {
    DVDI_VOLUME_NAME: name,
    DVDI_VOLUME_DRIVER: DRIVER,
    DVDI_VOLUME_OPTS: 'size=1,newfstype=ext4',
    ...(path === null ? {} : { DVDI_VOLUME_CONTAINERPATH: path }),
    ...more,
  };
}

function launch(cluster: Cluster, name: string, env: Variables, command: string, ...words: string[]): TaskRun {
  return cluster.launch(`--name=${name}`, `--env=${JSON.stringify(env)}`, `--command=${command}`, ...words);
}

/** Waits for the end of a run, and that it was told a state. */
async function endsAs(run: TaskRun, state: string): Promise<string> {
  await run.process.exited;
  const said = run.said();
  assert.ok(said.includes(state), `expected ${state}, mesos-execute said:\n${said}`);
  return said;
}

async function nothingMounted(cluster: Cluster): Promise<void> {
  await until('no volume to be mounted', () => cluster.mountedVolumes().length === 0);
}

/** What a container writes where its agent sees it, too. */
const SIGNS = '/tmp/dvdi-cluster-signs';

function sign(name: string): string {
  const path = `${SIGNS}-${name}`;
  rmSync(path, { force: true });
  return path;
}

async function launchesAndKeeps(cluster: Cluster): Promise<void> {
  const write = 'echo kept > /tmp/dvdi-data/file && grep -q " /tmp/dvdi-data " /proc/self/mountinfo';
  await endsAs(launch(cluster, 'writes', volume('data', '/tmp/dvdi-data'), write), 'TASK_FINISHED');
  await nothingMounted(cluster);
  assert.equal(existsSync('/tmp/dvdi-data/file'), false);
  const read = 'test "$(cat /tmp/dvdi-data/file)" = kept';
  await endsAs(launch(cluster, 'reads', volume('data', '/tmp/dvdi-data'), read), 'TASK_FINISHED');
  await nothingMounted(cluster);
}

async function takesTwo(cluster: Cluster): Promise<void> {
  const env = {
    ...volume('data', '/tmp/dvdi-one', { DVDI_VOLUME_OPTS: 'size=1,newfstype=ext4' }),
    DVDI_VOLUME_NAME1: 'second',
    DVDI_VOLUME_DRIVER1: DRIVER,
    DVDI_VOLUME_OPTS1: 'size=1,newfstype=ext4',
    DVDI_VOLUME_CONTAINERPATH1: '/tmp/dvdi-two:ro',
  };
  const readOnly = 'touch /tmp/dvdi-one/x && ! touch /tmp/dvdi-two/x';
  await endsAs(launch(cluster, 'two', env, readOnly), 'TASK_FINISHED');
  await nothingMounted(cluster);
}

/** A task that says that it lives, and ends when its sign is taken away. */
function waiting(path: string, signPath: string): string {
  const wait = `while test -e ${signPath}; do sleep 0.2; done`;
  return `echo up > ${path}/up && touch ${signPath} && ${wait}; echo later >> ${path}/up`;
}

async function outlivesItsAgent(cluster: Cluster): Promise<void> {
  const here = sign('restart');
  const run = launch(cluster, 'long', volume('data', '/tmp/dvdi-long'), waiting('/tmp/dvdi-long', here));
  await until('the task to run', () => existsSync(here));
  const before = cluster.mountedVolumes();
  assert.equal(before.length, 1);
  await cluster.killAgent();
  assert.deepEqual(cluster.mountedVolumes(), before);
  await cluster.startAgent();
  assert.deepEqual(cluster.mountedVolumes(), before);
  assert.equal(run.process.isRunning, true);
  // Another one on the same volume, after the restart: the module has not forgotten the first.
  await endsAs(launch(cluster, 'guest', volume('data', null), 'true'), 'TASK_FINISHED');
  assert.deepEqual(cluster.mountedVolumes(), before);
  rmSync(here);
  await endsAs(run, 'TASK_FINISHED');
  await nothingMounted(cluster);
}

async function releasesWhatDiedMeanwhile(cluster: Cluster): Promise<void> {
  const here = sign('gone');
  const run = launch(cluster, 'gone', volume('data', '/tmp/dvdi-gone'), waiting('/tmp/dvdi-gone', here));
  await until('the task to run', () => existsSync(here));
  await cluster.killAgent();
  rmSync(here);
  const [mountpoint = ''] = cluster.mountedVolumes();
  const file = cluster.at(`store/${mountpoint}/data/up`);
  await until('the task to write its last line', () => readFileSync(file, 'utf8').includes('later'));
  await cluster.startAgent();
  await run.process.exited;
  await nothingMounted(cluster);
}

async function letsGoOfTheKilled(cluster: Cluster): Promise<void> {
  const here = sign('killed');
  const command = waiting('/tmp/dvdi-killed', here);
  const run = launch(cluster, 'killed', volume('data', '/tmp/dvdi-killed'), command, '--kill_after=3secs');
  await until('the task to run', () => existsSync(here));
  await endsAs(run, 'TASK_KILLED');
  await nothingMounted(cluster);
}

function podTask(id: string, env: Variables, command: string): object {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value, type: 'VALUE' }));
  const scalar = (name: string, value: number) => ({ name, type: 'SCALAR', scalar: { value } });
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: '' },
    resources: [scalar('cpus', 0.2), scalar('mem', 64)],
    command: { value: command, environment: { variables } },
  };
}

async function carriesPods(cluster: Cluster): Promise<void> {
  const here = sign('pod');
  const tasks = [
    podTask('one', volume('pod-one', '/tmp/dvdi-pod'), waiting('/tmp/dvdi-pod', `${here}-1`)),
    podTask('two', volume('pod-two', '/tmp/dvdi-pod'), waiting('/tmp/dvdi-pod', `${here}-2`)),
    podTask('bare', {}, 'test ! -e /tmp/dvdi-pod/up && sleep 600'),
  ];
  for (const each of ['-1', '-2']) rmSync(`${here}${each}`, { force: true });
  const group = cluster.at('pod.json');
  writeFileSync(group, JSON.stringify({ tasks }));
  const run = cluster.launch(`--task_group=file://${group}`);
  await until('both containers to run', () => existsSync(`${here}-1`) && existsSync(`${here}-2`));
  assert.equal(cluster.mountedVolumes().length, 2);
  await cluster.killAgent();
  await cluster.startAgent();
  assert.equal(cluster.mountedVolumes().length, 2);
  rmSync(`${here}-1`);
  await until('the volume of the first to be let go', () => cluster.mountedVolumes().length === 1);
  rmSync(`${here}-2`);
  await nothingMounted(cluster);
  await run.process.end('SIGTERM');
}

/** A filesystem that is damaged: the driver cannot mount it. */
async function failsWithTheDriver(cluster: Cluster): Promise<void> {
  const env = volume('broken', '/tmp/dvdi-broken');
  await endsAs(launch(cluster, 'makes', env, 'true'), 'TASK_FINISHED');
  await nothingMounted(cluster);
  // Its group descriptors, behind the superblock: ext4 refuses to mount it.
  const image = openSync(cluster.at(`store/${DRIVER}/volumes/broken/image`), 'r+');
  writeSync(image, Buffer.alloc(65_536), 0, 65_536, 4_096);
  closeSync(image);
  const since = cluster.agentLog().length;
  const said = await endsAs(launch(cluster, 'fails', env, 'true'), 'TASK_FAILED');
  assert.match(said, /mount of volume "broken" by driver "platform1": the driver refused/);
  assert.match(cluster.agentLog().slice(since), /dvdi: completed .*"operation":"prepare".*"driver-refused"/);
  await nothingMounted(cluster);
  assert.equal(existsSync('/tmp/dvdi-broken'), false);
}

async function refusesABadDocument(cluster: Cluster): Promise<void> {
  const said = await endsAs(launch(cluster, 'refused', volume('data', '/tmp/../etc'), 'true'), 'TASK_FAILED');
  assert.match(said, /expected/);
  await nothingMounted(cluster);
}

/** A volume that cannot be let go is tried again when the next container ends. */
async function triesAgain(cluster: Cluster): Promise<void> {
  const here = sign('again');
  const run = launch(cluster, 'again', volume('data', '/tmp/dvdi-again'), waiting('/tmp/dvdi-again', here));
  await until('the task to run', () => existsSync(here));
  await cluster.endDriver();
  rmSync(here);
  const since = cluster.agentLog().length;
  await endsAs(run, 'TASK_FINISHED');
  const isSaid = () =>
    /dvdi: completed .*"operation":"cleanup".*"driver-missing"/.test(cluster.agentLog().slice(since));
  await until('the agent to say that it could not', isSaid, 90_000);
  assert.equal(cluster.mountedVolumes().length, 1);
  await cluster.startDriver();
  await until(
    'the volume to be let go',
    () => {
      // The cleanup of any container asks for what is due.
      if (cluster.mountedVolumes().length === 0) return true;
      launch(cluster, 'nudge', {}, 'true');
      return false;
    },
    90_000,
  );
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'a task writes to its volume, the next one reads it; nothing stays mounted', run: launchesAndKeeps },
  { name: 'two volumes, one of them read-only', run: takesTwo },
  { name: 'the agent is killed and started again under a running task', run: outlivesItsAgent },
  { name: 'a task ends while there is no agent: the next one lets go of its volume', run: releasesWhatDiedMeanwhile },
  { name: 'a killed task lets go of its volume', run: letsGoOfTheKilled },
  { name: 'each container of a pod has its own volume, and keeps it when the agent is killed', run: carriesPods },
  { name: 'a driver that refuses fails the task, and nothing is left', run: failsWithTheDriver },
  { name: 'a document that is refused fails the task with the reason', run: refusesABadDocument },
  { name: 'a volume that the driver did not let go is let go later', run: triesAgain },
];
