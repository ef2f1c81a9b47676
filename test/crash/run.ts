/**
 * `npm run test:crash -- [--program node|agent] [--seed N] [--kills N]`: kills isolators, 500 times by default, of the
 * Node host or, as `dvdi-agent`, of the C++ one, and looks what is left. Prints the sum; exit code 1 when anything was
 * left, lost or taken away, or when it was ended before. The same seed does the same again, but for the kills at a
 * random time, whose moment is the machine's.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../host/system/process.ts';
import { seedFrom } from '../support/random.ts';
import { countOf, type Outcome, type Program, runCampaign } from './campaign.ts';
import { mountsUnder } from './mount-stamp.ts';

const UMOUNT_LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

function numberOf(flag: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${flag}: expected a whole number from 1 to 999999999, got ${JSON.stringify(text)}`);
}

function programOf(text: string): Program {
  if (text === 'node' || text === 'agent') return text;
  throw new Error(`--program: expected node or agent, got ${JSON.stringify(text)}`);
}

function summaryOf({ kills, moments, harm, reports }: Outcome): string {
  const { leaked, lost, 'wrongly unmounted': unmounted, failed } = harm;
  return [
    ...reports,
    `during prepare ${kills.prepare}, cleanup ${kills.cleanup}, recover ${kills.recover}; ${moments} different moments`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `${countOf(kills)} kills, ${leaked} leaked, ${lost} lost, ${unmounted} wrongly unmounted`,
    '',
  ].join('\n');
}

const { values } = parseArgs({
  options: {
    program: { type: 'string', default: 'node' },
    seed: { type: 'string' },
    kills: { type: 'string', default: '500' },
  },
});
const program = programOf(values.program);
const seed = values.seed === undefined ? seedFrom('CRASH_SEED') % 1_000_000_000 : numberOf('seed', values.seed);
const kills = numberOf('kills', values.kills);
process.stdout.write(`seed ${seed}\n`);

const giveUp = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => giveUp.abort());
const directory = await mkdtemp(join(tmpdir(), 'dvdi-crash-'));
try {
  const outcome = await runCampaign(directory, { program, seed, kills, signal: giveUp.signal });
  process.stdout.write(summaryOf(outcome));
  process.exitCode = outcome.reports.length === 0 && countOf(outcome.kills) >= kills ? 0 : 1;
} finally {
  for (const { mountpoint } of mountsUnder(directory).reverse()) {
    await run('/usr/bin/umount', [mountpoint], UMOUNT_LIMITS);
  }
  await rm(directory, { recursive: true });
}
