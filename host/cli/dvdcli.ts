#!/usr/bin/env node
import { constants } from 'node:os';
import { main } from './dvdcli/main.ts';

/** The signals that end a command early; a second one ends the process at once. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const abort = new AbortController();
let signalCode: number | null = null;
for (const name of ENDING_SIGNALS) {
  process.once(name, () => {
    signalCode = 128 + constants.signals[name];
    abort.abort();
  });
}
const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
  now: () => new Date(),
});
process.exitCode = signalCode ?? code;
