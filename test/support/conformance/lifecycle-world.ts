import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ExternalMount, frameOf, listOf } from '../checkpoint/encoder.ts';
import { type CliResult, dvdi } from '../cli.ts';
import { type DvdcliPlugin, serveDvdcli } from '../dvdcli-plugin.ts';
import { mountLines } from '../mount-guard.ts';
import { dvdiAgent } from '../native.ts';
import { tmpfsDvdcli } from '../tmpfs-dvdcli.ts';
import type { LifecycleScenario, LifecycleStep } from './lifecycle-scenario.ts';

/** A program with the command line of `dvdi`. */
export type Program = 'dvdi' | 'dvdi-agent';

const programs = { dvdi, 'dvdi-agent': dvdiAgent } as const;

/** What a step came to, with everything taken out that differs from run to run. */
export interface StepOutcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}

/** What is left when a scenario has run. */
export interface Remains {
  readonly steps: readonly StepOutcome[];
  /** What the driver was asked, in order. */
  readonly calls: readonly string[];
  /** Rows of the ledger by table, without ids and times. */
  readonly ledger: Readonly<Record<string, readonly string[]>>;
  /** Volumes that are mounted. */
  readonly mounted: readonly string[];
}

/** The directory of a scenario, its dvdcli and its policy, in which programs run step by step. */
export class LifecycleWorld {
  readonly #directory: string;
  readonly #scenario: LifecycleScenario;
  readonly #plugin: DvdcliPlugin | null;

  private constructor(directory: string, scenario: LifecycleScenario, plugin: DvdcliPlugin | null) {
    this.#directory = directory;
    this.#scenario = scenario;
    this.#plugin = plugin;
  }

  static async make(directory: string, scenario: LifecycleScenario): Promise<LifecycleWorld> {
    await mkdir(directory, { mode: 0o755 });
    await writeFile(join(directory, 'dvdcli'), tmpfsDvdcli(directory), { mode: 0o755 });
    const dvdcli = join(directory, 'dvdcli');
    const isPlugin = scenario.transport === 'plugin';
    const way = isPlugin ? { transport: 'plugin' } : { transport: 'dvdcli', dvdcliPaths: [dvdcli] };
    await writeFile(join(directory, 'policy.json'), JSON.stringify({ ...way, ...scenario.policy }));
    const plugin = isPlugin ? await serveDvdcli('tmpfs', dvdcli, join(directory, 'plugins')) : null;
    const world = new LifecycleWorld(directory, scenario, plugin);
    for (const [name, document] of Object.entries(scenario.documents)) {
      await writeFile(join(directory, `${name}.json`), JSON.stringify(document).replaceAll('$DIR', directory));
    }
    for (const path of scenario.directories ?? []) await mkdir(path.replace('$DIR', directory), { recursive: true });
    if (scenario.checkpoint !== undefined) await world.#leaveCheckpoint(scenario.checkpoint);
    return world;
  }

  /** Runs all steps, each by the program whose turn it is. */
  async run(turns: readonly Program[]): Promise<Remains> {
    const steps: StepOutcome[] = [];
    let turn = 0;
    for (const step of this.#scenario.steps) {
      if (step.do === 'fault') await this.#setFault(step);
      else steps.push(await this.#act(step, turns[turn++ % turns.length] ?? 'dvdi'));
    }
    return { steps, ...(await this.#remains()) };
  }

  /** Takes away what a scenario leaves mounted on purpose. */
  async end(): Promise<void> {
    await this.#plugin?.stop();
    const { mounted } = await this.#remains();
    for (const name of mounted) execFileSync('/usr/bin/umount', [join(this.#directory, 'volumes', name)]);
    await rm(this.#directory, { recursive: true });
  }

  /** As the original left it: mounted, and noted in its checkpoint. */
  async #leaveCheckpoint(mounts: readonly ExternalMount[]): Promise<void> {
    for (const { volumename } of mounts) {
      const path = join(this.#directory, 'volumes', volumename);
      await mkdir(path, { recursive: true });
      execFileSync('/usr/bin/mount', ['-t', 'tmpfs', 'tmpfs', path]);
    }
    const file = join(this.#directory, 'agent/meta/dvdimounts.pb');
    const placed = JSON.parse(JSON.stringify(mounts).replaceAll('$DIR', this.#directory)) as ExternalMount[];
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, frameOf(listOf(placed), 'little'));
  }

  async #setFault({ call = '', lines = null }: LifecycleStep): Promise<void> {
    const path = join(this.#directory, `fault-${call.replace(' ', '-')}`);
    if (lines === null) await rm(path);
    else await writeFile(path, `${lines}\n`);
  }

  async #act(step: LifecycleStep, program: Program): Promise<StepOutcome> {
    const places = ['--json', '--state-dir', join(this.#directory, 'state')];
    const policy = step.do === 'ls' ? [] : ['--policy', join(this.#directory, 'policy.json')];
    const plugins = this.#plugin === null || step.do === 'ls' ? [] : ['--plugin-dir', this.#plugin.directory];
    const words = (await this.#wordsOf(step)).map((word) => word.replace('$DIR', this.#directory));
    const argv = [step.do, ...places, ...policy, ...plugins, ...words];
    return this.#plain(await programs[program](argv, {}));
  }

  async #wordsOf({ do: verb, container = '', document = '', words = [], running, orphans }: LifecycleStep) {
    switch (verb) {
      case 'prepare':
        return [...words, container, join(this.#directory, `${document}.json`)];
      case 'cleanup':
        return [container];
      case 'recover': {
        const file = join(this.#directory, 'running.json');
        await writeFile(file, JSON.stringify({ running: running ?? [], orphans: orphans ?? [] }));
        return [...words, '--running', file];
      }
      default:
        return words;
    }
  }

  /** Numbers that the kernel or the clock gives are not compared. */
  #plain({ exitCode, signal, stdout }: CliResult): StepOutcome {
    const text = stdout
      .replaceAll(this.#directory, '$DIR')
      .replaceAll(/"(id|createdMs|sinceMs|mountedMs|changedMs|retryAtMs|dueMs|\w+Ms)":\d+(\.\d+)?/g, '"$1":0')
      .replaceAll(/within \d+ ms/g, 'within 0 ms')
      .replaceAll(/"device":"\d+:\d+"/g, '"device":"0:0"')
      .replaceAll(/"requestHash":"[0-9a-f]+"/g, '"requestHash":"0"');
    return { exitCode, signal, stdout: text };
  }

  async #remains(): Promise<Omit<Remains, 'steps'>> {
    const calls = await readFile(join(this.#directory, 'calls'), 'utf8').catch(() => '');
    const prefix = join(this.#directory, 'volumes/');
    const mounted = (await mountLines()).filter((line) => line.startsWith(prefix));
    return {
      calls: calls.split('\n').slice(0, -1),
      ledger: this.#ledger(),
      mounted: mounted.map((line) => line.slice(prefix.length).split(' ')[0] ?? ''),
    };
  }

  #ledger(): Record<string, string[]> {
    const tables: Readonly<Record<string, string>> = {
      containers: 'SELECT name, state FROM containers ORDER BY name',
      volumes: 'SELECT driver, name, state, users, attempts FROM volumes ORDER BY driver, name',
      claims:
        'SELECT c.name AS container, v.name AS volume, mode, path FROM claims JOIN containers c ON c.id = container ' +
        'JOIN volumes v ON v.id = volume ORDER BY 1, 2',
      directories: 'SELECT path FROM directories ORDER BY path',
      holds: 'SELECT name FROM holds ORDER BY name',
    };
    let database: DatabaseSync;
    try {
      database = new DatabaseSync(join(this.#directory, 'state/ledger.sqlite'), { readOnly: true });
    } catch {
      return {};
    }
    try {
      const rowsOf = (sql: string): string[] =>
        database
          .prepare(sql)
          .all()
          .map((row) => Object.values(row).join(' ').replaceAll(this.#directory, '$DIR'));
      return Object.fromEntries(Object.entries(tables).map(([name, sql]) => [name, rowsOf(sql)]));
    } finally {
      database.close();
    }
  }
}
