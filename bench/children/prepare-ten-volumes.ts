// A fresh process that prepares ten volumes again and again, and tells what each prepare took. The driver answers at
// once, the container paths are there: what remains is the host, and the kernel where it looks at directories.

import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { makeTenVolumes } from '../ten-volumes.ts';

const ROUNDS = 300;

await using volumes = await makeTenVolumes();
const plugin: VolumeDriver = {
  mount: async ({ volume }) => volumes.mountpointOf(volume.name),
  unmount: async () => {},
  mountpointOf: async ({ volume }) => volumes.mountpointOf(volume.name),
};
const isolator = await Isolator.create({ drivers: { plugin } });

const wallMs: number[] = [];
const userMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const usage = process.cpuUsage();
  const startMs = performance.now();
  const { mountpoints } = await isolator.prepare('bench', volumes.document);
  wallMs.push(performance.now() - startMs);
  userMs.push(process.cpuUsage(usage).user / 1000);
  if (mountpoints.size !== 10) throw new Error(`expected ten volumes, got ${mountpoints.size}`);
  await isolator.cleanup('bench');
}
process.stdout.write(JSON.stringify({ wallMs, userMs }));
