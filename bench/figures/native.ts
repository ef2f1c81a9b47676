import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInstance, readResult, writeRequest } from '../../host/core/instance.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { PlanTimer } from '../plan-timer.ts';
import { runNode, runProgram } from '../processes.ts';
import { batches, compare, median } from '../rounds.ts';

const ROUNDS = 101;
/** About 4 ms, as `batches` has it. */
const CALLS_A_BATCH = 200;
const WARM_UP_BATCHES = 20;
const LIVE = 100_000;
const WARM_UP_ROUNDS = 200;

const document = packagePath('examples/two-volumes.json');
const agent = packagePath('build/native/bin/dvdi-agent');

/** A plan on V8 from bytes to bytes, without the typed calls around it. */
function planOnV8(): () => Uint8Array {
  const core = createInstance(new WebAssembly.Module(readFileSync(packagePath('build/dvdi.wasm'))));
  core.configure(core.allocate(0), 0);
  const header = Buffer.from('{"container":"example","kind":0,"ledger":{"volumes":[]}}\n');
  const request = Buffer.concat([header, readFileSync(document)]);
  return () => {
    const pointer = writeRequest(core, [request]);
    if (pointer === null) throw new Error('expected room for the request');
    return readResult(core, core.prepare(pointer, request.length));
  };
}

async function planRows(): Promise<Row[]> {
  const timer = new PlanTimer(document);
  try {
    await timer.batch(CALLS_A_BATCH * WARM_UP_BATCHES);
    const ours = async () => (await timer.batch(CALLS_A_BATCH)).durationMs;
    const times = await compare(ours, batches(planOnV8()), ROUNDS);
    return [
      {
        name: 'native',
        what: `a plan of two volumes in wasmtime, bytes to bytes; median of ${ROUNDS} rounds`,
        unit: 'µs',
        value: times.ours * 1000,
        peer: { name: 'V8', value: times.peer * 1000, ratio: times.ratio },
        target: { of: 'ratio', atMost: 3, tolerance: TIMED_TOLERANCE },
      },
      {
        name: 'native',
        what: 'the most memory of the process that made these plans',
        unit: 'bytes',
        value: (await timer.batch(1)).peakBytes,
        peer: null,
        target: null,
      },
    ];
  } finally {
    timer.end();
  }
}

async function startRow(): Promise<Row> {
  const node = [packagePath('build/host/cli/dvdi.js'), 'plan', '--json', document];
  const times = await compare(
    async () => (await runProgram(agent, ['plan', document])).durationMs,
    async () => (await runNode(node)).durationMs,
    41,
  );
  return {
    name: 'native',
    what: 'dvdi-agent plan, start to exit, against dvdi plan --json; median of 41 rounds',
    unit: 'ms',
    value: times.ours,
    peer: { name: 'dvdi', value: times.peer, ratio: times.ratio },
    target: { of: 'value', atMost: 15, tolerance: TIMED_TOLERANCE },
  };
}

/** As bench/figures/ledger.ts has it for the Node host: the first rounds warm up. */
async function prepareRows(): Promise<Row[]> {
  const timer = packagePath('build/native/release/dvdi-prepare-timer');
  const numbers = (await runProgram(timer, [String(LIVE)])).stdout.trim().split(' ').map(Number);
  const residentKib = numbers.pop() ?? Number.NaN;
  return [
    {
      name: 'native',
      what: `prepare on a mounted volume, ${LIVE} live containers; median of ${numbers.length - WARM_UP_ROUNDS}`,
      unit: 'ms',
      value: median(numbers.slice(WARM_UP_ROUNDS)) / 1e6,
      peer: null,
      target: { of: 'value', atMost: 1, tolerance: TIMED_TOLERANCE },
    },
    {
      name: 'native',
      what: 'the memory of that process, as the module has it in an agent',
      unit: 'bytes',
      value: residentKib * 1024,
      peer: null,
      target: null,
    },
  ];
}

/** The C++ host: its plans, its start, its size. */
export const nativeFigure: Figure = {
  name: 'native',
  async measure(): Promise<Row[]> {
    const sizes = [sizeRow('dvdi-agent', agent), ...modules().map((path) => sizeRow(basename(path), path))];
    return [...(await planRows()), await startRow(), ...(await prepareRows()), ...sizes];
  },
};

/** Modules for Mesos agents; none where no Mesos was at hand. */
function modules(): string[] {
  const directory = packagePath('build/native/lib');
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.startsWith('libmesos_dvdi_isolator-'));
  return names.map((name) => join(directory, name));
}

function sizeRow(what: string, file: string): Row {
  const value = statSync(file).size;
  const words = `size of ${what}, the core and wasmtime in it`;
  return { name: 'native', what: words, unit: 'bytes', value, peer: null, target: null };
}
