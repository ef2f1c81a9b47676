import { packagePath } from '../../host/system/package-path.ts';
import { type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { runNode } from '../processes.ts';
import { compare } from '../rounds.ts';

const ROUNDS = 41;

/** `dvdi plan` from start to exit, against a Node that does nothing. */
export const startFigure: Figure = {
  name: 'start',
  async measure(): Promise<Row[]> {
    const plan = [packagePath('build/host/cli/dvdi.js'), 'plan', packagePath('examples/two-volumes.json')];
    const { stdout } = await runNode(plan);
    if (!stdout.startsWith('prepare ')) throw new Error(`expected dvdi plan to print a plan, got ${stdout}`);
    const times = await compare(
      async () => (await runNode(plan)).durationMs,
      async () => (await runNode(['-e', '0'])).durationMs,
      ROUNDS,
    );
    return [
      {
        name: 'start',
        what: `dvdi plan examples/two-volumes.json, start to exit; median of ${ROUNDS} rounds`,
        unit: 'ms',
        value: times.ours,
        peer: { name: 'node -e 0', value: times.peer, ratio: times.ratio },
        target: { of: 'ratio', atMost: 2, tolerance: TIMED_TOLERANCE },
      },
    ];
  },
};
