import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { HolderDirectory } from '../../../host/isolator/ledger/holder.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

/** More than enough: a gap between making, locking and looking is met within the first hundred. */
const count = 1000;

test('a holder is made whenever another process sweeps, and is not taken for dead', async () => {
  const holders = new HolderDirectory(directory.path);
  const sweeper = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../support/holder-sweeper.ts'), directory.path],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exit = once(sweeper, 'exit');
  try {
    await once(sweeper.stdout, 'data');
    for (let made = 0; made < count; made += 1) {
      using holder = holders.create();
      expect(holders.isAlive(holder.id)).toBe(true);
    }
  } finally {
    sweeper.stdin.end();
    expect(await exit).toEqual([0, null]);
  }
});
