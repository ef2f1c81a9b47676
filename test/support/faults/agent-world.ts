import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app } from '../app.ts';
import { type CliResult, runProgram } from '../cli.ts';
import { contentsOf } from '../ledger-world.ts';
import { mountLines } from '../mount-guard.ts';
import { tmpfsDvdcli } from '../tmpfs-dvdcli.ts';
import { AGENT, agentFault, type CallFault } from './agent-faults.ts';
import type { Operation } from './fault-world.ts';

/** A call of the C++ host's that meets a fault. */
export interface AgentFaultCase {
  /** Absolute; made, and removed when all went well. */
  readonly directory: string;
  readonly operation: Operation;
  /** Which call is hit, from 1. */
  readonly at: number;
  readonly fault: CallFault;
}

/** A state directory, a dvdcli and documents, for `dvdi-agent`. */
class AgentWorld {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async make(): Promise<void> {
    await mkdir(this.directory, { mode: 0o755 });
    await writeFile(this.at('dvdcli'), tmpfsDvdcli(this.directory), { mode: 0o755 });
    const policy = { transport: 'dvdcli', dvdcliPaths: [this.at('dvdcli')], sharing: 'allow' };
    await writeFile(this.at('policy.json'), JSON.stringify(policy));
    await writeFile(this.at('other.json'), app([{ name: 'shared' }]));
    const volumes = [
      { name: 'shared', path: this.at('in/shared') },
      { name: 'own', path: this.at('in/own') },
    ];
    await writeFile(this.at('c.json'), app(volumes));
    await writeFile(this.at('running.json'), '["other"]');
  }

  at(path: string): string {
    return join(this.directory, path);
  }

  /** @param env what lets it meet a fault; nothing by default */
  run(operation: Operation, container: string, env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
    const words = {
      prepare: [container, this.at(`${container}.json`)],
      cleanup: [container],
      recover: ['--running', this.at('running.json')],
    };
    const places = ['--json', '--state-dir', this.at('state'), '--policy', this.at('policy.json')];
    return runProgram(AGENT, [operation, ...places, ...words[operation]], { env });
  }

  async mustRun(operation: Operation, container: string): Promise<void> {
    const result = await this.run(operation, container);
    expect(result).toMatchObject({ exitCode: 0, signal: null });
  }

  contents(): Promise<string[]> {
    return contentsOf(this.at('state'));
  }

  /** Mountpoints under the directory. */
  async mounts(): Promise<string[]> {
    const prefix = `${this.directory}/`;
    const lines = (await mountLines()).filter((line) => line.startsWith(prefix));
    return lines.map((line) => line.slice(prefix.length).split(' ')[0] ?? '');
  }

  /** Calls that were hit, with their numbers. */
  async hits(): Promise<string[]> {
    const text = await readFile(this.at('hits'), 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1);
  }

  async calls(): Promise<string[]> {
    return (await readFile(this.at('calls'), 'utf8')).split('\n').slice(0, -1);
  }
}

/**
 * Runs one operation of `dvdi-agent` under a fault; looks whether what it said is true and whether `other`, which
 * shares a volume and runs all the time, was left alone; then goes on without faults, and looks what is left.
 * @returns whether any call was hit: if not, all have had their turn
 */
export async function runAgentFaultCase({ directory, operation, at, fault }: AgentFaultCase): Promise<boolean> {
  const world = new AgentWorld(directory);
  await world.make();
  await world.mustRun('prepare', 'other');
  await writeFile(world.at('volumes/shared/data'), 'kept');
  if (operation !== 'prepare') await world.mustRun('prepare', 'c');
  const result = await world.run(operation, 'c', agentFault(at, fault, world.at('hits')));
  const hits = await world.hits();
  const told = { operation, fault, hits: hits.slice(0, 5), result };
  const expectTold = (have: object) => expect({ ...told, ...have });

  const checkOther = async (): Promise<string[]> => {
    const data = existsSync(world.at('volumes/shared/data'));
    const unmounts = (await world.calls()).filter((call) => call.startsWith('unmount shared'));
    expectTold({ data, unmounts }).toEqual({ ...told, data: true, unmounts: [] });
    const contents = await world.contents();
    const rows = contents.filter((line) => /^volume shared|container other/.test(line));
    const users = expect.stringMatching(/^volume shared mounted of (c )?other$|other c$/);
    expectTold({ rows }).toEqual({ ...told, rows: ['container other prepared', users] });
    return contents;
  };
  const contents = await checkOther();
  const isOwnMounted = (await world.mounts()).includes('volumes/own');
  const wasKilled = result.signal === 'SIGKILL';
  if (result.exitCode === 0) {
    const has = operation === 'prepare';
    const ofContainer = contents.includes('container c prepared');
    expectTold({ isOwnMounted, ofContainer }).toEqual({ ...told, isOwnMounted: has, ofContainer: has });
  } else {
    // A failure has a cause, is told as such, and is no crash.
    expectTold({ isHit: hits.length > 0, wasKilled }).toEqual({ ...told, isHit: true, wasKilled: false });
    expectTold({ exit: [3, 4, 5].includes(result.exitCode ?? -1) }).toEqual({ ...told, exit: true });
  }
  // The row of a volume that is mounted is never lost, whatever failed.
  if (isOwnMounted) {
    const row = contents.filter((line) => line.startsWith('volume own '));
    expectTold({ row }).toEqual({ ...told, row: [expect.stringContaining('volume own ')] });
  }

  if (fault !== 'fail-on') await world.mustRun('cleanup', 'c');
  await world.mustRun('recover', '');
  const left = await checkOther();
  const mounts = await world.mounts();
  expectTold({ left, mounts }).toEqual({
    ...told,
    left: ['container other prepared', 'volume shared mounted of other'],
    mounts: ['volumes/shared'],
  });
  await world.mustRun('cleanup', 'other');
  const end = { rows: await world.contents(), mounts: await world.mounts(), isIn: existsSync(world.at('in')) };
  expectTold(end).toEqual({ ...told, rows: [], mounts: [], isIn: false });
  await rm(directory, { recursive: true });
  return hits.length > 0;
}
