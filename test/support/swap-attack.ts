import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface SwapAttack {
  /** Ends the attacker and gives the number of swaps it made. */
  stop(): Promise<number>;
}

/**
 * Starts a process that swaps two names as fast as it can: `directory` is a directory one moment and a link to
 * `outside` the next.
 */
export async function startSwapAttack(directory: string, outside: string): Promise<SwapAttack> {
  const child = spawn(process.execPath, ['--no-warnings', fileURLToPath(import.meta.url), directory, outside], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child.stdout, 'data');
  return {
    async stop() {
      child.stdin.end();
      await closed;
      return Number(Buffer.concat(chunks).toString());
    },
  };
}

/** The attacker itself: runs until its stdin ends, then says how often it swapped and leaves the directory in place. */
async function attack(directory: string, outside: string): Promise<void> {
  const { renameSync, symlinkSync, unlinkSync, writeSync } = await import('node:fs');
  const { setImmediate: turn } = await import('node:timers/promises');
  const [aside, link] = [`${directory}.aside`, `${directory}.link`];
  let isOver = false;
  process.stdin.on('end', () => {
    isOver = true;
  });
  process.stdin.resume();
  symlinkSync(outside, link);
  writeSync(1, '\n');
  let swaps = 0;
  // The victim may make a directory where there is none for a moment: that one is put aside for good.
  let strays = 0;
  const move = (from: string, to: string) => {
    for (;;) {
      try {
        return renameSync(from, to);
      } catch {
        strays += 1;
        try {
          renameSync(to, `${directory}.stray${strays}`);
        } catch {
          // The victim has removed it again.
        }
      }
    }
  };
  while (!isOver) {
    for (let round = 0; round < 50; round += 1) {
      move(directory, aside);
      move(link, directory);
      move(directory, link);
      move(aside, directory);
      swaps += 1;
    }
    await turn();
  }
  unlinkSync(link);
  writeSync(1, `${swaps}`);
}

const [, script, directory, outside] = process.argv;
if (script === fileURLToPath(import.meta.url) && directory !== undefined && outside !== undefined) {
  await attack(directory, outside);
}
