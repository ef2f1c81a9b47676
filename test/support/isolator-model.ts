import { mkdir, rm } from 'node:fs/promises';
import type { Core } from '../../host/core/index.ts';
import { DriverError, type VolumeCall, type VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator, type Listing } from '../../host/isolator/isolator.ts';
import { app } from './app.ts';

/** How a driver treats one volume during a step; `cut`: the host is killed while it waits for the driver. */
export const MOODS = ['well', 'refuse', 'crash', 'crash-late', 'time-out', 'rubbish', 'cut', 'cut-late'] as const;
export type Mood = (typeof MOODS)[number];

export type Operation =
  | { readonly type: 'prepare'; readonly container: string; readonly volumes: readonly string[] }
  | { readonly type: 'cleanup'; readonly container: string }
  | { readonly type: 'recover'; readonly running: readonly string[]; readonly orphans: readonly string[] }
  | { readonly type: 'crash' };

export interface ModelStep {
  readonly operation: Operation;
  /** By the name of the volume; those without one are well. */
  readonly moods: Readonly<Record<string, Mood>>;
}

const LATE: readonly Mood[] = ['crash-late', 'time-out', 'cut-late'];

/** One life of a host. */
interface Host {
  /** Resolved when it dies: from then on nobody gets an answer. */
  readonly death: PromiseWithResolvers<'died'>;
  /** Rejected once its ledger is closed, so that what waited for a driver ends without having any effect. */
  readonly end: PromiseWithResolvers<never>;
}

function newHost(): Host {
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => undefined);
  return { death: Promise.withResolvers(), end };
}

/**
 * What a runtime was told, next to a real isolator on a real ledger, whose driver fails and whose host dies as a step
 * says. The driver's volumes are plain directories: it alone knows what is mounted, and it never lies about that.
 */
export class IsolatorModel {
  readonly #core: Core;
  readonly #directory: string;
  /** Containers that were prepared and that nobody gave up since, with the volumes that they use. */
  readonly #prepared = new Map<string, readonly string[]>();
  readonly #mounted = new Set<string>();
  readonly #wrongs: string[] = [];
  #isolator: Isolator | null = null;
  #moods: ModelStep['moods'] = {};
  #host = newHost();

  constructor(core: Core, directory: string) {
    this.#core = core;
    this.#directory = directory;
  }

  /** Does one step, and gives what is wrong after it. */
  async step({ operation, moods }: ModelStep): Promise<string[]> {
    this.#moods = moods;
    const isolator = await this.#open();
    const { death } = this.#host;
    const outcome = operation.type === 'crash' ? 'died' : await this.#perform(isolator, operation, death.promise);
    if (outcome === 'died') await this.#restart();
    this.#moods = {};
    return this.#wrongsIn(await (await this.#open()).list());
  }

  /** A runtime that knows of no container any more, and a driver that is well: what is left. */
  async finish(): Promise<string[]> {
    this.#prepared.clear();
    this.#moods = {};
    await this.#restart();
    const isolator = await this.#open();
    await isolator.recover({ running: [], orphans: [] });
    const { volumes, containers } = await isolator.list();
    await isolator.close();
    return [
      ...this.#wrongs,
      ...[...this.#mounted].map((name) => `${name} is mounted`),
      ...volumes.map(({ name, state }) => `${name} is ${state} in the ledger`),
      ...containers.map(({ container }) => `${container} is in the ledger`),
    ];
  }

  async close(): Promise<void> {
    await this.#isolator?.close();
  }

  /** @returns `died` when the host was killed in the middle of it. */
  async #perform(
    isolator: Isolator,
    operation: Exclude<Operation, { readonly type: 'crash' }>,
    death: Promise<'died'>,
  ): Promise<'died' | 'ended'> {
    const orDeath = async (act: Promise<unknown>): Promise<'died' | 'done' | 'failed'> =>
      await Promise.race([
        act.then(
          () => 'done' as const,
          () => 'failed' as const,
        ),
        death,
      ]);
    if (operation.type === 'prepare') {
      const { container, volumes } = operation;
      const document = app(volumes.map((name) => ({ name })));
      const outcome = await orDeath(isolator.prepare(container, document));
      if (outcome === 'done') this.#prepared.set(container, volumes);
      return outcome === 'died' ? 'died' : 'ended';
    }
    if (operation.type === 'cleanup') {
      this.#prepared.delete(operation.container);
      return (await orDeath(isolator.cleanup(operation.container))) === 'died' ? 'died' : 'ended';
    }
    const { running, orphans } = operation;
    for (const container of [...this.#prepared.keys()]) {
      if (!running.includes(container) && !orphans.includes(container)) this.#prepared.delete(container);
    }
    const outcome = await orDeath(isolator.recover({ running, orphans }));
    if (outcome === 'failed') this.#wrongs.push('recover has thrown');
    return outcome === 'died' ? 'died' : 'ended';
  }

  /** What must hold whatever has failed: nothing that is used is gone, nothing that is mounted is forgotten. */
  #wrongsIn({ volumes, containers }: Listing): string[] {
    const wrongs = [...this.#wrongs];
    for (const [container, names] of this.#prepared) {
      const record = containers.find((each) => each.container === container);
      if (record?.state !== 'prepared') wrongs.push(`${container} is prepared, the ledger says ${record?.state}`);
      for (const name of names) {
        const row = volumes.find((volume) => volume.name === name);
        if (!this.#mounted.has(name)) wrongs.push(`${name} is used by ${container} and not mounted`);
        if (row?.state !== 'mounted' || !row.containers.includes(container))
          wrongs.push(`${name} is used by ${container}, the ledger says ${row?.state} of ${row?.containers}`);
      }
    }
    for (const name of this.#mounted) {
      if (!volumes.some((volume) => volume.name === name)) wrongs.push(`${name} is mounted and not in the ledger`);
    }
    for (const { name, state } of volumes) {
      if (state === 'mounted' && !this.#mounted.has(name)) wrongs.push(`${name} is mounted by the ledger alone`);
    }
    return wrongs;
  }

  /** Drops the isolator where it stands: its ledger is closed as by the kernel, what it waits for never comes. */
  async #restart(): Promise<void> {
    const { death, end } = this.#host;
    death.resolve('died');
    this.#host = newHost();
    const isolator = this.#isolator;
    this.#isolator = null;
    await isolator?.close();
    end.reject(new Error('this host is dead'));
  }

  async #open(): Promise<Isolator> {
    this.#isolator ??= await Isolator.create({
      policy: { transport: 'plugin', sharing: 'allow' },
      stateDirectory: `${this.#directory}/state`,
      drivers: { plugin: this.#driver() },
      core: this.#core,
      retries: false,
    });
    return this.#isolator;
  }

  /** The driver as one host sees it; once that host is dead, it asks for nothing any more. */
  #driver(): VolumeDriver {
    const host = this.#host;
    const act = async (call: VolumeCall, operation: string, doIt: () => Promise<void>): Promise<Mood> => {
      if (host !== this.#host) return await host.end.promise;
      const { volume } = call;
      const mood = this.#moods[volume.name] ?? 'well';
      if (mood === 'well' || mood === 'rubbish' || LATE.includes(mood)) await doIt();
      if (mood === 'well' || mood === 'rubbish') return mood;
      if (mood === 'cut' || mood === 'cut-late') {
        host.death.resolve('died');
        return await host.end.promise;
      }
      const codes = { refuse: 'driver-refused', 'time-out': 'driver-timeout' } as const;
      const code = mood === 'refuse' || mood === 'time-out' ? codes[mood] : 'driver-crashed';
      const uncertain = mood !== 'refuse' && operation !== 'mountpointOf';
      throw new DriverError(`${mood} in ${operation}`, { code, volume, operation, uncertain });
    };
    const pathOf = ({ volume }: VolumeCall) => `${this.#directory}/${volume.name}`;
    return {
      mount: async (call) => {
        const mood = await act(call, 'mount', async () => {
          await mkdir(pathOf(call), { recursive: true });
          this.#mounted.add(call.volume.name);
        });
        return mood === 'rubbish' ? 'Usage: driver [flags]' : pathOf(call);
      },
      unmount: async (call) => {
        await act(call, 'unmount', () => this.#unmount(call, pathOf(call)));
      },
      mountpointOf: async (call) => {
        await act(call, 'mountpointOf', async () => {});
        return this.#mounted.has(call.volume.name) ? pathOf(call) : null;
      },
    };
  }

  async #unmount({ volume }: VolumeCall, path: string): Promise<void> {
    for (const [container, names] of this.#prepared) {
      if (names.includes(volume.name)) this.#wrongs.push(`${volume.name} was unmounted under ${container}`);
    }
    if (!this.#mounted.delete(volume.name)) {
      const fields = { code: 'driver-refused', volume, operation: 'unmount', uncertain: false } as const;
      throw new DriverError('it is not mounted', fields);
    }
    await rm(path, { recursive: true });
  }
}
