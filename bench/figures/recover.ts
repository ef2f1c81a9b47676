import type { RecoverRequest } from '../../host/core/index.ts';
import { type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { loadCore } from '../inspect-sample.ts';
import { median } from '../rounds.ts';

const VOLUMES = 10_000;
/** One of so many volumes is claimed by a container that is gone. */
const ORPHANED_EVERY = 10;
const ROUNDS = 21;
/** Rounds that come before everything is compiled. */
const WARM_UP_ROUNDS = 5;

/** The plan after a crash of an agent with 10,000 containers of which 1,000 are gone, asked in parts. */
export const recoverFigure: Figure = {
  name: 'recover',
  async measure(): Promise<Row[]> {
    const core = await loadCore();
    const rowsMax = core.describe().limits.ledgerRowsMax ?? VOLUMES;
    const times: number[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      const startMs = performance.now();
      let releases = 0;
      for (let from = 0; from < VOLUMES; from += rowsMax) {
        const { steps } = core.recover(requestOf(from, Math.min(from + rowsMax, VOLUMES)));
        releases += steps.filter(({ action }) => action === 'unmountVolume').length;
      }
      times.push(performance.now() - startMs);
      if (releases !== VOLUMES / ORPHANED_EVERY) throw new Error(`expected a release of each orphan, got ${releases}`);
    }
    return [
      {
        name: 'recover',
        what: `plans for ${VOLUMES} containers, ${VOLUMES / ORPHANED_EVERY} volumes orphaned; median of ${ROUNDS}`,
        unit: 'ms',
        value: median(times.slice(WARM_UP_ROUNDS)),
        peer: null,
        target: { of: 'value', atMost: 500, tolerance: TIMED_TOLERANCE },
      },
    ];
  },
};

/** A volume for each container, mounted, its mount in the table. */
function requestOf(from: number, to: number): RecoverRequest {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  const mounts = numbers.map((number) => ({ path: `/var/lib/volumes/${number}`, id: number, device: `7:${number}` }));
  return {
    boot: 'now',
    running: numbers.filter((number) => number % ORPHANED_EVERY !== 0).map((number) => `container.${number}`),
    orphans: [],
    ledger: {
      containers: [],
      volumes: mounts.map((mount) => ({
        ...{ driver: 'rexray', name: `volume-${mount.id}`, options: [], mountpoint: mount.path },
        ...{ mount: { ...mount, boot: 'now' }, state: 'mounted', transport: { kind: 'plugin' } },
        containers: [`container.${mount.id}`],
      })),
      directories: [],
    },
    mounts,
  };
}
