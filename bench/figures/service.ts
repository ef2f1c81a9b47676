import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { packagePath } from '../../host/system/package-path.ts';
import { COUNTED_TOLERANCE, type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { runProgram } from '../processes.ts';

const RATE = 1_000;
/** At the rate that is promised; 20 s. */
const TIMED_REQUESTS = 20_000;
/** Before they count: V8 compiles beside the service, on the same core, for the first 20,000. */
const WARM_UP_REQUESTS = 25_000;
/** What memory is promised after. */
const REQUESTS = 100_000;
const CONNECTIONS = 32;

const P99_MAX_MS = 10;
const MEMORY_MAX_BYTES = 150 * 1024 * 1024;
/** What the same number of requests again may add: what V8 has not collected yet comes and goes. */
const GROWTH_MAX_BYTES = 8 * 1024 * 1024;

/** `dvdi serve` on one core, the clients on another one. */
export const serviceFigure: Figure = {
  name: 'service',
  async measure(): Promise<Row[]> {
    const service = await startService();
    try {
      await ask(service.url, 0, WARM_UP_REQUESTS);
      const timed = await ask(service.url, RATE, TIMED_REQUESTS);
      await ask(service.url, 0, REQUESTS - WARM_UP_REQUESTS - TIMED_REQUESTS);
      const after = memoryOf(service.child);
      const busy = await ask(service.url, 0, REQUESTS);
      const twice = memoryOf(service.child);
      return [
        ...latencyRows(timed),
        memoryRow(`peak memory of the process after ${thousands(REQUESTS)} requests`, after.peak),
        growthRow(after.now, twice.now),
        plain('µs', 'a request, as fast as it goes, the mean', (busy.durationMs * 1000) / REQUESTS),
      ];
    } finally {
      service.child.kill('SIGKILL');
    }
  },
};

/** What bench/children/constant-rate.ts tells. */
interface Answers {
  readonly failures: number;
  readonly durationMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** On the first core, with the one worker that this gives it. */
async function startService(): Promise<{ child: ChildProcess; url: string }> {
  const words = [process.execPath, packagePath('build/host/cli/dvdi.js'), 'serve', '--listen', '127.0.0.1:0', '--json'];
  const child = spawn('taskset', ['--cpu-list', '0', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { address } = JSON.parse(line) as { address: string };
  return { child, url: `http://${address}/v1/admit` };
}

async function ask(url: string, rate: number, count: number): Promise<Answers> {
  const words = [url, rate, count, CONNECTIONS].map(String);
  // Left to itself the kernel now and then has them on the service's core.
  const file = fileURLToPath(new URL('../children/constant-rate.ts', import.meta.url));
  const { stdout } = await runProgram('taskset', ['--cpu-list', '1', process.execPath, file, ...words]);
  const answers = JSON.parse(stdout) as Answers;
  if (answers.failures > 0) throw new Error(`expected ${count} answers, got ${answers.failures} failures`);
  return answers;
}

/** taskset becomes what it starts, so that the child's id is the service's. */
function memoryOf({ pid }: ChildProcess): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

function latencyRows({ p50Ms, p99Ms, maxMs }: Answers): Row[] {
  const of = `at ${thousands(RATE)} requests a second on one core, of ${thousands(TIMED_REQUESTS)}`;
  const target = { of: 'value', atMost: P99_MAX_MS, tolerance: TIMED_TOLERANCE } as const;
  return [
    { ...plain('ms', `99 % ${of}`, p99Ms), target },
    plain('ms', `median ${of}`, p50Ms),
    plain('ms', `slowest ${of}`, maxMs),
  ];
}

function memoryRow(what: string, value: number): Row {
  const target = { of: 'value', atMost: MEMORY_MAX_BYTES, tolerance: COUNTED_TOLERANCE } as const;
  return { ...plain('bytes', what, value), target };
}

function growthRow(before: number, after: number): Row {
  return {
    ...plain('bytes', `memory of the process after ${thousands(2 * REQUESTS)} requests`, after),
    peer: { name: `after ${thousands(REQUESTS)}`, value: before, ratio: after / before },
    target: { of: 'value', atMost: before + GROWTH_MAX_BYTES, tolerance: COUNTED_TOLERANCE },
  };
}

function plain(unit: Row['unit'], what: string, value: number): Row {
  return { name: 'service', what, unit, value, peer: null, target: null };
}

function thousands(count: number): string {
  return count.toLocaleString('en');
}
