// A fresh process with a ledger of so many live containers (its argument), which prepares one more, on a volume that is
// mounted already, again and again, and tells what each prepare took.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';

const ROUNDS = 1_000;
/** Containers that are written in one transaction. */
const PART = 1_000;
/** A tmpfs on every Linux: what is measured is the work, not a disk. */
const TMPFS = '/dev/shm';

const [, , live = '100', volumes = '1'] = process.argv;
const state = await mkdtemp(join(TMPFS, 'dvdi-bench-'));
// Not there: no container may have a path under /dev.
const root = await mkdtemp(join(tmpdir(), 'dvdi-bench-'));
const mountpoint = join(root, 'mountpoint');
await mkdir(mountpoint);
await mkdir(join(root, 'path'));
const ledger = await SqliteLedger.open({ stateDirectory: state });
try {
  const plugin: VolumeDriver = {
    mount: async () => mountpoint,
    unmount: async () => {},
    mountpointOf: async () => mountpoint,
  };
  const isolator = await Isolator.create({ ledger, policy: { sharing: 'allow' }, drivers: { plugin } });
  const document = JSON.stringify({
    DVDI_VOLUME_NAME: 'volume0',
    DVDI_VOLUME_DRIVER: 'bench',
    DVDI_VOLUME_CONTAINERPATH: join(root, 'path'),
  });
  await isolator.prepare('first', document);
  await addContainers();
  const wallMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    const { mountpoints } = await isolator.prepare('bench', document);
    wallMs.push(performance.now() - startMs);
    if (mountpoints.size !== 1) throw new Error(`expected one volume, got ${mountpoints.size}`);
    await isolator.cleanup('bench');
  }
  process.stdout.write(JSON.stringify({ wallMs }));
  await isolator.close();
} finally {
  ledger.close();
  await Promise.all([state, root].map((path) => rm(path, { recursive: true })));
}

async function addContainers(): Promise<void> {
  for (let from = 0; from < Number(live); from += PART) {
    await ledger.change((rows) => {
      for (let at = from; at < Math.min(from + PART, Number(live)); at += 1) {
        const id = { driver: 'bench', name: `volume${at % Number(volumes)}` };
        const transport = { kind: 'plugin' } as const;
        const claim = { ...id, options: [], path: `/tmp/path${at}`, mode: 'rw', transport, step: 0 } as const;
        rows.intend({ container: `c${at}`, requestHash: null, process: null }, [{ container: `c${at}`, ...claim }]);
        rows.noteVolume(id, {
          state: 'mounted',
          mountpoint: at % Number(volumes) === 0 ? mountpoint : null,
          mount: null,
        });
        rows.finish(`c${at}`, '{}');
      }
    });
  }
}
