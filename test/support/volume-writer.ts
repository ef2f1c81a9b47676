import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Writes numbered lines into the file, syncs each, and says so; at the first failure it says which, and stays with the
 * file open until it is killed.
 */
const SCRIPT = `
  const fs = require('node:fs');
  const fd = fs.openSync(process.argv[1], 'w');
  for (let number = 1; ; number += 1) {
    try {
      fs.writeSync(fd, number + '\\n');
      fs.fsyncSync(fd);
    } catch (error) {
      fs.writeSync(1, error.code + '\\n');
      break;
    }
    fs.writeSync(1, number + '\\n');
  }
  setInterval(() => undefined, 60_000);
`;

/** A task that writes into a volume, in a process of its own. */
export interface VolumeWriter {
  /** The number of the last line that is on the disk; 0 before the first. */
  readonly synced: number;
  /** Resolves with the code of the error that ended the writing. */
  readonly failure: Promise<string>;
  /** Resolves when so many lines are on the disk. */
  reached(number: number): Promise<void>;
  end(): Promise<void>;
}

export function startWriter(file: string): VolumeWriter {
  const child: ChildProcess = spawn(process.execPath, ['-e', SCRIPT, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let synced = 0;
  const failure = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      if (/^\d+$/.test(line)) synced = Number(line);
      else resolve(line);
    });
  });
  return {
    get synced() {
      return synced;
    },
    failure,
    reached: async (number) => {
      while (synced < number) await once(lines, 'line');
    },
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
