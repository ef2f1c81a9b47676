import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { compare, type Timed } from '../rounds.ts';

const HANG_MS = 60_000;
const ROUNDS = 201;
const WARM_UP_ROUNDS = 50;
/** A tmpfs on every Linux: what is measured is the work, not a disk. */
const TMPFS = '/dev/shm';

const UNDISTURBED: Target = { of: 'ratio', atMost: 1.2, tolerance: TIMED_TOLERANCE };

/** An isolator with a state directory of its own, whose driver hangs for the volume `hung` if it is told to. */
interface Machine extends AsyncDisposable {
  readonly isolator: Isolator;
  /** Whether the driver is still in the hung call. */
  isHanging(): boolean;
}

/** A volume whose driver hangs slows down nobody else, also not on a volume that somebody has who waits for it. */
export const hangFigure: Figure = {
  name: 'hang',
  async measure(): Promise<Row[]> {
    await using hanging = await makeMachine(true);
    await using idle = await makeMachine(false);
    const rows: Row[] = [];
    for (const volume of ['other', 'held']) {
      const ours = prepareOn(hanging, volume);
      const theirs = prepareOn(idle, volume);
      for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await Promise.all([ours(), theirs()]);
      const { ours: value, peer, ratio } = await compare(ours, theirs, ROUNDS);
      if (!hanging.isHanging()) throw new Error('expected the driver to hang until everything was measured');
      const on = volume === 'held' ? 'a volume that somebody has who waits for it' : 'another volume';
      rows.push({
        name: 'hang',
        what: `prepare on ${on}, a driver hanging ${HANG_MS / 1000} s; median of ${ROUNDS}`,
        unit: 'ms',
        value,
        peer: { name: 'no hang', value: peer, ratio },
        target: UNDISTURBED,
      });
    }
    return rows;
  },
};

function prepareOn({ isolator }: Machine, volume: string): Timed {
  return async () => {
    const startMs = performance.now();
    const { mountpoints } = await isolator.prepare('bench', documentOf([volume]));
    const durationMs = performance.now() - startMs;
    if (mountpoints.size !== 1) throw new Error(`expected one volume, got ${mountpoints.size}`);
    await isolator.cleanup('bench');
    return durationMs;
  };
}

/** With `held` mounted; when it hangs, by a container that waits for `hung`, which another one asked for before. */
async function makeMachine(hangs: boolean): Promise<Machine> {
  const stateDirectory = await mkdtemp(join(TMPFS, 'dvdi-bench-'));
  // Not there: no container may have a path under /dev.
  const root = await mkdtemp(join(tmpdir(), 'dvdi-bench-'));
  const end = new AbortController();
  const asked = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let isHanging = false;
  const plugin: VolumeDriver = {
    async mount({ volume: { name } }) {
      if (name === 'hung') {
        isHanging = true;
        asked.resolve();
        await delay(HANG_MS, undefined, { signal: end.signal }).finally(() => {
          isHanging = false;
        });
      }
      if (name === 'held') held.resolve();
      return join(root, name);
    },
    unmount: async () => {},
    mountpointOf: async () => null,
  };
  for (const name of ['hung', 'held', 'other']) await mkdir(join(root, name));
  const policy = { transport: 'plugin', sharing: 'allow' };
  const isolator = await Isolator.create({ stateDirectory, policy, drivers: { plugin } });
  const begun: Promise<unknown>[] = [];
  if (hangs) {
    begun.push(isolator.prepare('hung', documentOf(['hung'])));
    await asked.promise;
    begun.push(isolator.prepare('waiting', documentOf(['hung', 'held'])));
    await held.promise;
  } else {
    await isolator.prepare('holding', documentOf(['held']));
  }
  return {
    isolator,
    isHanging: () => isHanging,
    async [Symbol.asyncDispose]() {
      end.abort();
      await Promise.allSettled(begun);
      await isolator.close();
      await Promise.all([stateDirectory, root].map((path) => rm(path, { recursive: true })));
    },
  };
}

/** A raw environment that asks for volumes of the driver `bench`, without container paths. */
function documentOf(names: readonly string[]): string {
  const variables = names.flatMap((name, at) => [
    [`DVDI_VOLUME_NAME${at === 0 ? '' : at}`, name],
    [`DVDI_VOLUME_DRIVER${at === 0 ? '' : at}`, 'bench'],
  ]);
  return JSON.stringify(Object.fromEntries(variables));
}
