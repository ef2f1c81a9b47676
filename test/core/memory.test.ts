import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CoreExports, createInstance, writeRequest } from '../../host/core/instance.ts';

const CALLS = 1_000_000;
const RECONFIGURATIONS = 10_000;
/** Ten times what a million calls took when this was written. */
const TIME_LIMIT_MS = 120_000;

/** A Marathon app of 2 KiB with two volumes, as in `make bench`. */
const app = new TextEncoder().encode(
  JSON.stringify({
    id: '/shop/basket',
    cmd: 'exec ./basket --port $PORT0',
    cpus: 0.5,
    mem: 512,
    instances: 1,
    labels: { filler: 'x'.repeat(1_500) },
    env: {
      DVDI_VOLUME_NAME: 'testing',
      DVDI_VOLUME_DRIVER: 'platform1',
      DVDI_VOLUME_OPTS: 'size=5,iops=150,volumetype=io1,newfstype=ext4,overwritefs=false',
      DVDI_VOLUME_NAME1: 'testing2',
      DVDI_VOLUME_DRIVER1: 'platform2',
      DVDI_VOLUME_OPTS1: 'size=6,volumetype=gp2,newfstype=xfs,overwritefs=true',
      DVDI_VOLUME_CONTAINERPATH1: '/tmp/testing2',
    },
  }),
);

let core: CoreExports;

beforeEach(async () => {
  core = createInstance(await WebAssembly.compile(await readFile(join(import.meta.dirname, '../../build/dvdi.wasm'))));
});

/** Size of the memory after each of the calls; the first ones may let it grow. */
function sizeAfter(calls: number, act: () => bigint): number {
  let result = 0n;
  for (let call = 0; call < calls; call++) result |= act();
  expect(result).toBeGreaterThan(0n);
  return core.memory.buffer.byteLength;
}

const request = (bytes: Uint8Array) => writeRequest(core, [bytes]) ?? 0;
const inspectApp = () => core.inspect(0, request(app), app.byteLength);

test(
  'a million documents leave the memory as a thousand did',
  () => {
    const before = sizeAfter(1_000, inspectApp);
    expect(sizeAfter(CALLS, inspectApp)).toBe(before);
  },
  TIME_LIMIT_MS,
);

test('ten thousand policies leave the memory as a hundred did', () => {
  const policies = ['{"defaultDriver":"ceph","mountRoots":["/mnt","/srv"]}', '{"strict":true}', '', '{"strickt":1}'];
  let next = 0;
  const configure = () => {
    const bytes = new TextEncoder().encode(policies[next++ % policies.length]);
    return core.configure(request(bytes), bytes.byteLength);
  };
  const before = sizeAfter(100, configure);
  expect(sizeAfter(RECONFIGURATIONS, configure)).toBe(before);
  expect(sizeAfter(1_000, inspectApp)).toBe(before);
});

test('after the largest request the small ones need no more', () => {
  const size = 4 * 1024 * 1024;
  const large = () => core.inspect(0, request(new Uint8Array(size).fill(0x20)), size);
  const before = sizeAfter(10, large);
  expect(sizeAfter(1_000, inspectApp)).toBe(before);
  expect(sizeAfter(100, large)).toBe(before);
});
