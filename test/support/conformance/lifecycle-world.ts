import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CliResult, dvdi } from '../cli.ts';
import { mountLines } from '../mount-guard.ts';
import { dvdiAgent } from '../native.ts';
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
  /** What dvdcli was asked, in order. */
  readonly calls: readonly string[];
  /** Rows of the ledger by table, without ids and times. */
  readonly ledger: Readonly<Record<string, readonly string[]>>;
  /** Volumes that are mounted. */
  readonly mounted: readonly string[];
}

/**
 * A dvdcli that mounts a tmpfs for each volume, and does first what stands in `fault-COMMAND-NAME`: `exit` there is its
 * exit code, `kill -9 $PPID` the death of who called it.
 */
const dvdcliScript = (directory: string): string => `#!/bin/bash
base='${directory}'
command=$1
for argument in "$@"; do
  case $argument in
    --volumename=*) name=\${argument#--volumename=} ;;
    --explicitcreate=*) explicit=" $argument" ;;
    --volumeopts=*) options="$options \${argument#--volumeopts=}" ;;
  esac
done
if [ "$command" != path ]; then echo "$command $name$explicit$options" >> "$base/calls"; fi
if [ -e "$base/fault-$command-$name" ]; then . "$base/fault-$command-$name"; fi
case $command in
  mount) mkdir -p "$base/volumes/$name"
    mountpoint -q "$base/volumes/$name" || mount -t tmpfs tmpfs "$base/volumes/$name"
    echo "$base/volumes/$name" ;;
  unmount) if mountpoint -q "$base/volumes/$name"; then umount "$base/volumes/$name"; fi ;;
  path) if mountpoint -q "$base/volumes/$name"; then echo "$base/volumes/$name"; fi ;;
esac
`;

/** The directory of a scenario, its dvdcli and its policy, in which programs run step by step. */
export class LifecycleWorld {
  readonly #directory: string;
  readonly #scenario: LifecycleScenario;

  private constructor(directory: string, scenario: LifecycleScenario) {
    this.#directory = directory;
    this.#scenario = scenario;
  }

  static async make(directory: string, scenario: LifecycleScenario): Promise<LifecycleWorld> {
    await mkdir(directory, { mode: 0o755 });
    await writeFile(join(directory, 'dvdcli'), dvdcliScript(directory), { mode: 0o755 });
    const policy = { transport: 'dvdcli', dvdcliPaths: [join(directory, 'dvdcli')], ...scenario.policy };
    await writeFile(join(directory, 'policy.json'), JSON.stringify(policy));
    const world = new LifecycleWorld(directory, scenario);
    for (const [name, document] of Object.entries(scenario.documents)) {
      await writeFile(join(directory, `${name}.json`), JSON.stringify(document).replaceAll('$DIR', directory));
    }
    for (const path of scenario.directories ?? []) await mkdir(path.replace('$DIR', directory), { recursive: true });
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
    const { mounted } = await this.#remains();
    for (const name of mounted) execFileSync('/usr/bin/umount', [join(this.#directory, 'volumes', name)]);
    await rm(this.#directory, { recursive: true });
  }

  async #setFault({ call = '', lines = null }: LifecycleStep): Promise<void> {
    const path = join(this.#directory, `fault-${call.replace(' ', '-')}`);
    if (lines === null) await rm(path);
    else await writeFile(path, `${lines}\n`);
  }

  async #act(step: LifecycleStep, program: Program): Promise<StepOutcome> {
    const places = ['--json', '--state-dir', join(this.#directory, 'state')];
    const policy = step.do === 'ls' ? [] : ['--policy', join(this.#directory, 'policy.json')];
    const argv = [step.do, ...places, ...policy, ...(await this.#wordsOf(step))];
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
