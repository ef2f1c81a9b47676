import fc from 'fast-check';

import { applyPatch, PatchError } from '../../host/admission/patch/apply.ts';
import type { Core, Finding, JsonValue, PatchOperation } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

afterEach(() => core.configure(''));

function word(...words: string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...words);
}

const slot = word('', '', '1', '0', '9');
const attribute = word(
  ...['NAME', 'NAME', 'NAME', 'DRIVER', 'OPTS', 'OPTS', 'CONTAINERPATH', 'EXPLICITCREATE', 'DVDCLI'],
  ...[
    'NAM',
    'NAMES',
    'DRIVE~',
    'DRVIER',
    'OPT',
    'CONTAINER/PATH',
    'CONTAINER_PATH',
    'EXPLICIT_CREATE',
    'SIZE',
    'NAME1',
  ],
);
const variable = fc.tuple(attribute, slot).map(([name, digit]) => `DVDI_VOLUME_${name}${digit}`);
const item = word(
  ...['size=5', 'size=05', 'Size=5', ' iops=100', 'iops=0', 'overwritefs=TRUE', 'overwritefs=yes', 'newfstype=XFS'],
  ...['newfstype=btrfs', '', 'size', 'token=x', 'volumetype= io1 ', 'a=b=c', '=x'],
);
const options = fc.array(item, { maxLength: 4 }).map((items) => items.join(','));
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  word(
    'a',
    'b',
    'a b',
    'ebs',
    '',
    ' true',
    'Yes',
    'off',
    'maybe',
    'tmp/x',
    'data/x',
    '/tmp/x',
    '/tmp/x\n', '/tmp/y\n', '/tmp/z\n',
    '/proc',
    '/a/../b',
  ),
  options,
  options,
  fc.constantFrom<JsonValue>(true, false, 5, null),
);
const environment = fc.dictionary(variable, value, { maxKeys: 6 });
const strategy = fc.constantFrom<JsonValue>(
  { upgradeStrategy: { maximumOverCapacity: 0, minimumHealthCapacity: 0 } },
  { upgradeStrategy: { maximumOverCapacity: 0.5 } },
  { upgradeStrategy: { maximumOverCapacity: 0 } },
  { upgradeStategy: { maximumOverCapacity: 0, minimumHealthCapacity: 0 } },
  {},
);
const marathonApp = fc
  .tuple(environment, strategy)
  .map(([env, upgrade]) => ({ id: '/a/b', cmd: 'true', env, ...(upgrade as object) }));
const list = fc.array(fc.record({ name: variable, value }), { maxLength: 6 });
const volume = fc.record({
  container_path: word('data', '/tmp/x', 'tmp/\n'),
  mode: word('RW', 'ro', 'Rw', 'no'),
  source: fc.record({
    type: fc.constant('DOCKER_VOLUME'),
    docker_volume: fc.record({
      driver: word('rexray', 'nfs'),
      name: word('a', 'b'),
      driver_options: fc.record({
        parameter: fc.array(
          fc.record({ key: word('size', 'overwritefs', 'newfstype', 'token'), value: word('05', 'TRUE', 'XFS', 'x') }),
          { maxLength: 3 },
        ),
      }),
    }),
  }),
});
const container = fc.tuple(list, fc.array(volume, { maxLength: 2 })).map(([variables, volumes]) => ({
  directory: '/sandbox',
  command_info: { environment: { variables } },
  container_info: { volumes },
}));
const documents = fc.oneof(
  environment,
  marathonApp,
  list.map((variables) => ({ variables })),
  container,
  fc
    .array(marathonApp, { minLength: 2, maxLength: 3 })
    .map((apps) => apps.map((app, at) => ({ ...app, id: `/a/${at}` }))),
) as fc.Arbitrary<JsonValue>;
const policy = word(
  '',
  '{"strict":true}',
  '{"drivers":{"rexray":{"options":{"size":{"max":4}}}},"containerPaths":["/mnt","/tmp"]}',
  '{"severity":{"option-integer":"off","variable-unknown":"warn"}}',
  '{"characters":"printable","exceptions":[{"code":"variable-unknown","reason":"known"}]}',
);

const rank = { allow: 0, warn: 1, deny: 2 };
const keyOf = ({ code, severity, message }: Finding) => JSON.stringify([code, severity, message]);

function check(document: JsonValue) {
  return core.admit({ kind: 0, now: null }, JSON.stringify(document));
}

/** The names of all volumes that a document asks for, each as often as it does. */
function volumesOf(document: JsonValue): string[] {
  return check(document).tasks.flatMap(({ volumes }) => volumes.map(({ name }) => name));
}

/** The document after the patch; as it is when the patch does not fit, as RFC 6902 has it. */
function patched(document: JsonValue, patch: readonly PatchOperation[]): JsonValue {
  try {
    return applyPatch(document, patch);
  } catch (error) {
    if (error instanceof PatchError) return document;
    throw error;
  }
}

/** What a list has beyond another one, counted. */
function beyond(after: readonly string[], before: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((each) => {
    const at = rest.indexOf(each);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}

test('a fix mends its finding and makes no new one, drops no volume, and twice is once', () => {
  const mended = new Set<string>();
  const property = fc.property(documents, policy, (document, text) => {
    core.configure(text);
    const before = check(document);
    for (const finding of before.findings) {
      if (finding.fix === undefined) continue;
      const once = patched(document, finding.fix);
      const after = check(once);
      expect(patched(once, finding.fix)).toEqual(once);
      expect(beyond(after.findings.map(keyOf), before.findings.map(keyOf))).toEqual([]);
      const count = ({ findings }: typeof before) => findings.filter((each) => keyOf(each) === keyOf(finding)).length;
      expect(count(after)).toBeLessThan(count(before));
      expect(rank[after.verdict]).toBeLessThanOrEqual(rank[before.verdict]);
      expect(beyond(volumesOf(document), volumesOf(once))).toEqual([]);
      expect(JSON.stringify(finding.fix)).not.toContain('token');
      mended.add(finding.code);
    }
  });
  fc.assert(property, { numRuns: 5000, seed: 4 });
  const expected = [
    ...['attribute-without-name', 'characters', 'explicit-create-value', 'field-value', 'field-wrong-type'],
    ...['option-boolean', 'option-filesystem', 'option-integer', 'option-repeated', 'option-without-value'],
    ...['field-misspelt', 'path-characters', 'path-not-absolute', 'single-writer-upgrade', 'variable-unknown'],
  ];
  expect([...mended].sort()).toEqual(expect.arrayContaining(expected));
});

test('inspect, prepare and admit offer the same fixes', () => {
  const document = JSON.stringify({
    DVDI_VOLUME_NAME: 'v',
    DVDI_VOLUME_OPT: 'size=5',
    DVDI_VOLUME_EXPLICITCREATE: 'no',
  });
  const fixesOf = ({ findings }: { readonly findings: readonly Finding[] }) => findings.flatMap(({ fix }) => fix ?? []);
  const inspected = fixesOf(core.inspect(0, document));
  expect(inspected).toEqual([
    { op: 'move', from: '/DVDI_VOLUME_OPT', path: '/DVDI_VOLUME_OPTS' },
    { op: 'replace', path: '/DVDI_VOLUME_EXPLICITCREATE', value: 'false' },
  ]);
  expect(fixesOf(core.admit({ kind: 0, now: null }, document))).toEqual(inspected);
  expect(fixesOf(core.prepare({ container: 'c', kind: 0, ledger: { volumes: [] } }, document))).toEqual(inspected);
});

test('the first and the last field are removed with one comma, whatever is around it', () => {
  for (const text of [
    '{"DVDI_VOLUME_DRIVER1" : "" , "A":"x"}',
    '{"A":"x"\n,\t"DVDI_VOLUME_DRIVER1":""\n}',
    '{"DVDI_VOLUME_DRIVER1":""}',
    '{"A":"x","DVDI_VOLUME_DRIVER1":"","B":"y"}',
  ]) {
    const [finding] = core.inspect(1, text).findings;
    expect(finding?.fix).toEqual([{ op: 'remove', path: '/DVDI_VOLUME_DRIVER1' }]);
  }
});

test('a large document is judged again only a few times', () => {
  const fixesOf = (padding: number): number => {
    const names = Array.from({ length: 9 }, (_, slot) => [`DVDI_VOLUME_DRIVER${slot + 1}`, ''] as const);
    const document = { ...Object.fromEntries(names), PADDING: 'x'.repeat(padding) };
    return core.inspect(1, JSON.stringify(document)).findings.filter(({ fix }) => fix !== undefined).length;
  };
  expect(fixesOf(0)).toBe(9);
  expect(fixesOf(1_000_000)).toBe(4);
});

test('where findings are left out no fix is offered: nobody could say what it makes', () => {
  const wrong = Array.from({ length: 300 }, (_, index) => [`DVDI_VOLUME_X${index}`, ''] as const);
  const { findings, findingsLeftOut } = core.inspect(
    1,
    JSON.stringify({ DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPT: 'size=5', ...Object.fromEntries(wrong) }),
  );
  expect(findingsLeftOut).toBe(45);
  expect(findings.filter(({ fix }) => fix !== undefined)).toEqual([]);
});

test('memory stays flat over many fixes', () => {
  const document = JSON.stringify({ DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPT: 'size=5', PADDING: 'x'.repeat(100_000) });
  const first = core.inspect(1, document);
  for (let count = 0; count < 200; count += 1) expect(core.inspect(1, document)).toEqual(first);
});
