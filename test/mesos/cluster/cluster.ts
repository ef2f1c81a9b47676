import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../host/system/package-path.ts';
import { mountsUnder } from '../../crash/mount-stamp.ts';
import { LoggedProcess, until } from './processes.ts';

const MASTER = '127.0.0.1:15050';
const MODULE = 'com_emccode_mesos_DockerVolumeDriverIsolator';
const BOTH_CGROUPS = '/sys/fs/cgroup/unified';
const LOCAL = { LIBPROCESS_IP: '127.0.0.1' };

/** The name under which the volume driver of the cluster serves real ext4 volumes. */
export const DRIVER = 'platform1';

/** Where the parts of a real Mesos are. */
export interface ClusterOptions {
  /** The build tree of Mesos. */
  readonly mesos: string;
  /** The module, compiled for it. */
  readonly module: string;
  /** Empty; everything of the cluster is below it. */
  readonly directory: string;
}

/** What a framework was told of its tasks. */
export interface TaskRun {
  readonly process: LoggedProcess;
  /** All that mesos-execute has printed so far. */
  said(): string;
}

/** A real master, a real agent with the module, and a volume driver. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #master: LoggedProcess;
  #agent: LoggedProcess | null = null;
  #driver: LoggedProcess | null = null;
  readonly #runs: LoggedProcess[] = [];

  private constructor(options: ClusterOptions, master: LoggedProcess) {
    this.#options = options;
    this.#master = master;
  }

  /** In a mount namespace of its own: what is unmounted here is so for nobody else. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const { directory, mesos } = options;
    // Where both versions of cgroups are mounted the agent refuses to start.
    if (existsSync(BOTH_CGROUPS)) execFileSync('/usr/bin/umount', [BOTH_CGROUPS]);
    for (const name of ['master', 'agent', 'runtime', 'logs']) mkdirSync(join(directory, name));
    const argv = [`--port=${MASTER.split(':')[1]}`, '--ip=127.0.0.1', `--work_dir=${join(directory, 'master')}`];
    const log = join(directory, 'logs/master');
    const master = new LoggedProcess(join(mesos, 'src/mesos-master'), argv, log, LOCAL);
    const cluster = new Cluster(options, master);
    try {
      await until('a master that leads', () => readFileSync(log, 'utf8').includes('Elected as the leading master'));
      await cluster.startDriver();
      await cluster.startAgent();
    } catch (error) {
      await cluster.end();
      throw error;
    }
    return cluster;
  }

  at(path: string): string {
    return join(this.#options.directory, path);
  }

  /** What the agent has logged, all its lives. */
  agentLog(): string {
    return readFileSync(this.at('logs/agent'), 'utf8');
  }

  async startDriver(): Promise<void> {
    const log = this.at('logs/driver');
    const argv = ['--name', DRIVER, '--store', this.at('store'), '--plugin-dir', '/run/docker/plugins'];
    const cli = packagePath('build/host/cli/dvdi.js');
    const before = count(log, /^ready: /gm);
    this.#driver = new LoggedProcess(process.execPath, [cli, 'driver', 'serve', ...argv], log);
    await until('a driver', () => count(log, /^ready: /gm) > before);
  }

  async endDriver(): Promise<void> {
    await this.#driver?.end('SIGTERM');
  }

  /** Starts the agent, again if it was killed, and waits until the master has it. */
  async startAgent(): Promise<void> {
    const { mesos, module } = this.#options;
    const modules = {
      libraries: [
        {
          file: module,
          modules: [
            {
              name: MODULE,
              parameters: [
                { key: 'state_dir', value: this.at('state') },
                { key: 'work_dir', value: this.at('agent') },
              ],
            },
          ],
        },
      ],
    };
    writeFileSync(this.at('modules.json'), JSON.stringify(modules));
    const argv = [
      `--master=${MASTER}`,
      '--ip=127.0.0.1',
      '--port=15051',
      `--work_dir=${this.at('agent')}`,
      `--runtime_dir=${this.at('runtime')}`,
      `--launcher_dir=${join(mesos, 'src')}`,
      `--modules=file://${this.at('modules.json')}`,
      // The last master ends at once when its linux launcher has no isolator for cgroups.
      `--isolation=filesystem/linux,cgroups/cpu,${MODULE}`,
      '--launcher=linux',
      '--containerizers=mesos',
      '--no-systemd_enable_support',
      '--no-hostname_lookup',
      '--resources=cpus:4;mem:2048;disk:1024',
      '--recovery_timeout=2mins',
    ];
    const log = this.at('logs/agent');
    const before = count(log, /egistered with master/g);
    const agent = new LoggedProcess(join(mesos, 'src/mesos-agent'), argv, log, LOCAL);
    this.#agent = agent;
    await until('an agent that is registered', () => {
      if (!agent.isRunning) throw new Error(`the agent has ended; its log is ${log}`);
      return count(log, /egistered with master/g) > before;
    });
  }

  /** As a crash of the agent: tasks go on. */
  async killAgent(): Promise<void> {
    await this.#agent?.end('SIGKILL');
  }

  /** Has a framework launch something. @param words of mesos-execute */
  launch(...words: readonly string[]): TaskRun {
    const log = this.at(`logs/run-${this.#runs.length}`);
    writeFileSync(log, '');
    const program = join(this.#options.mesos, 'src/mesos-execute');
    const process = new LoggedProcess(program, [`--master=${MASTER}`, '--checkpoint', ...words], log, LOCAL);
    this.#runs.push(process);
    return { process, said: () => readFileSync(log, 'utf8') };
  }

  /** Volumes that the driver has mounted. */
  mountedVolumes(): string[] {
    const store = `${this.at('store')}/`;
    return mountsUnder(this.#options.directory)
      .filter(({ mountpoint }) => mountpoint.startsWith(store))
      .map(({ mountpoint }) => mountpoint.slice(store.length));
  }

  async end(): Promise<void> {
    for (const run of this.#runs) await run.end('SIGTERM');
    // It takes its executors with it then: flags.md of Mesos' documentation.
    await this.#agent?.end('SIGUSR1');
    await this.#master.end('SIGTERM');
    await this.endDriver();
  }
}

function count(file: string, pattern: RegExp): number {
  try {
    return readFileSync(file, 'utf8').match(pattern)?.length ?? 0;
  } catch {
    return 0;
  }
}
