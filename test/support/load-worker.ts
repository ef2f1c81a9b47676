// An isolator in a process of its own, under load. Arguments: the directory of a ledger world, the number of this
// worker, containers, containers at a time, volumes.

import { appendFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { app } from './app.ts';
import { createTmpfsDriver } from './tmpfs-driver.ts';

/** How often a container uses its volumes at most, before it goes. */
const USES_MAX = 8;

const [directory = '', ...numbers] = process.argv.slice(2);
const [worker = 0, containers = 0, width = 1, volumes = 1] = numbers.map(Number);

/** One line in a file that all workers append to: such a write is never torn. */
function tell(line: string): void {
  appendFileSync(`${directory}/calls`, `${line}\n`);
}

// Told once it is done, while nobody else may call the driver for that volume: the lines are in the order of the acts.
const tmpfs = createTmpfsDriver(`${directory}/volumes`);
const plugin: VolumeDriver = {
  mountpointOf: (call) => tmpfs.mountpointOf(call),
  async mount(call) {
    const mountpoint = await tmpfs.mount(call);
    tell(`mount ${call.volume.name}`);
    return mountpoint;
  },
  async unmount(call) {
    await tmpfs.unmount(call);
    tell(`unmount ${call.volume.name}`);
  },
};
const isolator = await Isolator.create({
  policy: { transport: 'plugin', sharing: 'allow' },
  stateDirectory: `${directory}/state`,
  drivers: { plugin },
});

/** Fails when the volume is not what was mounted: its files would be elsewhere. */
async function use(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  if ((await readFile(file, 'utf8')) !== text) throw new Error(`expected ${file} to keep what was written to it`);
}

let next = 0;
await Promise.all(
  Array.from({ length: width }, async () => {
    while (next < containers) {
      const name = `w${worker}-${next++}`;
      const first = Math.floor(Math.random() * volumes);
      const second = (first + 1 + Math.floor(Math.random() * (volumes - 1))) % volumes;
      const { mountpoints } = await isolator.prepare(name, app([{ name: `v${first}` }, { name: `v${second}` }]));
      tell(`has v${first} ${name}`);
      tell(`has v${second} ${name}`);
      for (let uses = Math.random() * USES_MAX; uses > 0; uses -= 1) {
        await Promise.all([...mountpoints.values()].map(({ path }) => use(`${path}/${name}`, name)));
      }
      tell(`gives v${first} ${name}`);
      tell(`gives v${second} ${name}`);
      await isolator.cleanup(name);
    }
  }),
);
await isolator.close();
