// An isolator in a process of its own. Arguments: the directory of a ledger world, what to do, and a name.

import { writeSync } from 'node:fs';
import { Isolator } from '../../host/isolator/isolator.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { app } from './app.ts';
import { createTmpfsDriver } from './tmpfs-driver.ts';

const ROUNDS = 8;

const [directory = '', task = '', name = ''] = process.argv.slice(2);

/** What the parent waits for. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Keeps the process until it is killed. */
function hang(): Promise<never> {
  return new Promise(() => void setInterval(() => undefined, 60_000));
}

const plugin = createTmpfsDriver(`${directory}/volumes`, {
  async beforeMount({ volume }) {
    const path = `${directory}/volumes/${volume.name}`;
    if ((await readMountTable()).at(path) !== null) throw new Error(`${path} is mounted already`);
    if (task === 'hang-before-mount') {
      tell('asked');
      await hang();
    }
  },
  async afterMount() {
    if (task === 'hang-after-mount') {
      tell('asked');
      await hang();
    }
    return undefined;
  },
  async beforeUnmount() {
    if (task !== 'hang-before-unmount') return;
    tell('asked');
    await hang();
  },
});
const policy =
  task === 'dvdcli'
    ? { transport: 'dvdcli', dvdcliPaths: [`${directory}/dvdcli`] }
    : { transport: 'plugin', sharing: 'allow' };
const isolator = await Isolator.create({ policy, stateDirectory: `${directory}/state`, drivers: { plugin } });
if (task === 'rounds') {
  for (let round = 0; round < ROUNDS; round += 1) {
    const container = `${name}-${round}`;
    const path = `${directory}/in/${round % 3}/${name}`;
    await isolator.prepare(container, app([{ name: `shared${round % 2}` }, { name: `own-${name}`, path }]));
    await isolator.cleanup(container);
  }
} else {
  const path = task === 'dvdcli' ? {} : { path: `${directory}/in/${name}` };
  await isolator.prepare(name, app([{ name: 'one', ...path }]));
  await isolator.cleanup(name);
}
await isolator.close();
tell('done');
