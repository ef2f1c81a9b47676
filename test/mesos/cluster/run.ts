/**
 * `npm run test:mesos -- --mesos BUILD --module FILE [--only TEXT] [--keep]`: starts a real master, a real agent with
 * the module and a volume driver with real volumes, and has the agent run tasks. Needs root, a built Mesos and the
 * module compiled for it (docs/mesos-agent.md), so that `make test` has no part of it. Exit code 1 when a scenario
 * fails; its logs are kept then, and with --keep.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mountsUnder } from '../../crash/mount-stamp.ts';
import { Cluster } from './cluster.ts';
import { SCENARIOS } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    mesos: { type: 'string' },
    module: { type: 'string' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const { mesos, module, only } = values;
if (mesos === undefined || module === undefined) {
  process.stderr.write(
    'test:mesos: expected --mesos BUILD and --module FILE; docs/mesos-agent.md says how to make both\n',
  );
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'dvdi-cluster-'));
const cluster = await Cluster.start({ mesos: resolve(mesos), module: resolve(module), directory });
let failed = 0;
for (const { name, run } of SCENARIOS.filter((scenario) => scenario.name.includes(only))) {
  const startMs = performance.now();
  try {
    await run(cluster);
    process.stdout.write(`ok     ${name} (${Math.round(performance.now() - startMs)} ms)\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`FAILED ${name}: ${(error as Error).message}\n`);
  }
}
await cluster.end();
process.stdout.write(failed === 0 ? 'all is well\n' : `${failed} failed; the logs are in ${directory}/logs\n`);
// What an agent leaves on purpose: its work directory is a mount of its own.
for (const { mountpoint } of mountsUnder(directory).reverse()) execFileSync('/usr/bin/umount', [mountpoint]);
if (failed === 0 && !values.keep) rmSync(directory, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
