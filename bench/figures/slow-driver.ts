import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { median } from '../rounds.ts';
import { serveSlowPlugin } from '../slow-plugin.ts';
import { makeTenVolumes } from '../ten-volumes.ts';

const ROUNDS = 5;
const MOUNT_MS = 1000;

/** Ten volumes on a driver that takes a second for each: they are mounted side by side. */
export const slowDriverFigure: Figure = {
  name: 'slow-driver',
  async measure(): Promise<Row[]> {
    await using volumes = await makeTenVolumes();
    const { directory, mountpointOf } = volumes;
    const plugin = createPluginDriver({ directories: { sockets: [directory], specifications: [] }, wait: false });
    const isolator = await Isolator.create({ drivers: { plugin } });
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // A new one each time: it knows no volume yet, so that each is looked for, created and mounted.
      await using _plugin = await serveSlowPlugin({ name: 'slow', directory, mountMs: MOUNT_MS, mountpointOf });
      const startMs = performance.now();
      const { mountpoints } = await isolator.prepare('bench', volumes.document);
      times.push(performance.now() - startMs);
      if (mountpoints.size !== 10) throw new Error(`expected ten volumes, got ${mountpoints.size}`);
      await isolator.cleanup('bench');
    }
    return [
      {
        name: 'slow-driver',
        what: `prepare of ten volumes, ${MOUNT_MS} ms for each Mount; median of ${ROUNDS}`,
        unit: 'ms',
        value: median(times),
        peer: null,
        target: { of: 'value', atMost: 2000, tolerance: TIMED_TOLERANCE },
      },
    ];
  },
};
