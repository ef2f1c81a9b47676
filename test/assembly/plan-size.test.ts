import type { Plan } from '../../host/core/documents.ts';
import { RawCore } from '../support/raw-core.ts';

const RESPONSE_SIZE_MAX_BYTES = 4 * 1024 * 1024;
const VOLUMES_MAX = 256;
const PATH_MAX_BYTES = 4096;
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

beforeEach(() => {
  core.call('configure', '');
});

/** A path of that many characters, no name in it longer than a directory's may be. */
function pathOf(length: number, index: number, character: string): string {
  const name = `${character.repeat(200)}/`;
  return `/${index}/${name.repeat(length / name.length + 1)}`.slice(0, length - 1).concat('z');
}

function prepare(volumes: number, pathLength: number, character: string, config = {}): { plan: Plan; size: number } {
  const list = Array.from({ length: volumes }, (_, index) => ({
    container_path: pathOf(pathLength, index, character),
    mode: 'RO',
    source: { type: 'DOCKER_VOLUME', docker_volume: { driver: 'rexray', name: `v${index}` } },
  }));
  const document = JSON.stringify({ container_config: { ...config, container_info: { volumes: list } } });
  const answer = core.call('prepare', `{"container":"c"}\n${document}`);
  return { plan: JSON.parse(answer), size: Buffer.byteLength(answer) };
}

const refusal = [{ code: 'plan-too-large', severity: 'error', offset: null }];

describe.each([
  ['plain', 'x'],
  ['escaped', '"'],
])('as many volumes as there may be, paths %s', (_name, character) => {
  test.each([300, 600, 900, 1_200, 1_500, 1_800])('of %d bytes: a plan that fits, or a finding', (length) => {
    for (const config of [{}, { rootfs: pathOf(PATH_MAX_BYTES, 0, character) }, { rootfs: pathOf(length, 0, '"') }]) {
      const { plan, size } = prepare(VOLUMES_MAX, length, character, config);
      expect(size).toBeLessThanOrEqual(RESPONSE_SIZE_MAX_BYTES);
      if (plan.verdict === 'allow') expect(plan.claims.length).toBe(VOLUMES_MAX);
      else expect(plan.findings).toMatchObject(refusal);
    }
  });
});

test('a document of 1 MiB whose plan would be larger than an answer is refused', () => {
  expect(prepare(VOLUMES_MAX, 3_900, 'x').plan).toMatchObject({ verdict: 'deny', steps: [], findings: refusal });
});

test('mount roots count for every volume', () => {
  const mountRoots = Array.from({ length: 1_000 }, (_, index) => pathOf(200, index, 'r'));
  core.call('configure', JSON.stringify({ mountRoots }));
  expect(prepare(100, 50, 'x').plan.findings).toMatchObject(refusal);
  expect(prepare(5, 50, 'x').plan.verdict).toBe('allow');
});

test('what a container may well ask for is granted', () => {
  const rootfs = '/var/lib/mesos/provisioner/rootfs';
  expect(prepare(VOLUMES_MAX, 255, 'x', { rootfs }).plan.verdict).toBe('allow');
  expect(prepare(10, PATH_MAX_BYTES, 'x', { rootfs }).plan.verdict).toBe('allow');
});
