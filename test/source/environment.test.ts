import fc from 'fast-check';
import type { Core, Finding, Inspection } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { type GivenVariable, MODEL_RULES, modelOf } from '../support/environment-model.ts';
import { independentPlaces } from '../support/json/independent-places.ts';

const ENVIRONMENT = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

/** Few letters, so that values meet: separators, one of the 26, a control character, wide characters. */
const text = fc.string({ unit: fc.constantFrom(...'abAB.-_=,; \u0007é\u0085日😀'), maxLength: 8 });
const option = fc.oneof(
  text,
  fc
    .tuple(
      fc.constantFrom('size', 'Size', 'IOPS', 'newfstype', 'overwriteFS', 'volumetype', 'a', 'A', ''),
      fc.constantFrom('1', '0', '05', '999999999', '1000000000', 'ext4', 'XFS', 'true', 'io-1', 'é', '', 'x=y'),
    )
    .map(([key, value]) => `${key}=${value}`),
);
const path = fc
  .array(fc.constantFrom('', '.', '..', 'tmp', 'a', 'proc', 'dev', 'process', '...', 'é', ' ', '\u0001'), {
    maxLength: 5,
  })
  .chain((segments) => fc.constantFrom(`/${segments.join('/')}`, segments.join('/')));

const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  NAME: fc.oneof(text, fc.constantFrom('a', 'b', 'A')),
  DRIVER: fc.oneof(text, fc.constantFrom('rexray', 'ebs', '', '..')),
  OPTS: fc.array(option, { maxLength: 4 }).map((items) => items.join(',')),
  CONTAINERPATH: fc.oneof(path, fc.constantFrom('/tmp/a', '/tmp//a/./')),
  DVDCLI: fc.constantFrom('/usr/bin/dvdcli', '', 'dvdcli', '/usr/bin/dvdcli '),
  EXPLICITCREATE: fc.constantFrom('true', 'FALSE', ' true', '', 'yes', 'true\t'),
};

const variable: fc.Arbitrary<GivenVariable> = fc
  .tuple(fc.constantFrom(...Object.keys(VALUES)), fc.constantFrom('', '', '0', '1', '1', '2', '9', '10', '_', 'é'))
  .chain(([attribute, suffix]) =>
    fc.option(VALUES[attribute] ?? text, { freq: 20 }).map((value) => [`DVDI_VOLUME_${attribute}${suffix}`, value]),
  );
const other: fc.Arbitrary<GivenVariable> = fc.tuple(fc.constantFrom('PATH', 'DVDI', 'é', 'dvdi_volume_name'), text);
const environment = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: variable }, { weight: 1, arbitrary: other }), {
  selector: ([name]) => name,
  maxLength: 14,
});

/** The document, each character escaped or not as the seed of the run has it. */
function documentOf(variables: readonly GivenVariable[], isEscaped: boolean): string {
  const quoted = (value: string) => (isEscaped ? escaped(value) : JSON.stringify(value));
  const members = variables.map(
    ([name, value]) => `${quoted(name)}: ${value === null ? '{"secret":"s"}' : quoted(value)}`,
  );
  return `{\n${members.join(',\n')}\n}`;
}

function escaped(value: string): string {
  const units = Array.from({ length: value.length }, (_, index) =>
    value.charCodeAt(index).toString(16).padStart(4, '0'),
  );
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

/** The variable that a finding is about, from its pointer alone. */
function subject({ code, pointer }: Finding): string {
  return `${code} ${pointer?.slice(1)}`;
}

function answered({ requests, findings }: Inspection) {
  return {
    requests: requests.map(({ slot, name, driver, options, explicitCreate, dvdcli, path }) => ({
      slot,
      name,
      driver,
      options: options.map(({ key, value }) => [key, value]),
      explicitCreate,
      dvdcli,
      path,
    })),
    findings: findings.map(subject).sort(),
  };
}

test('an environment means what the table says, escaped or not', () => {
  fc.assert(
    fc.property(environment, fc.boolean(), (variables, isEscaped) => {
      const inspection = core.inspect(ENVIRONMENT, documentOf(variables, isEscaped));
      expect(answered(inspection)).toEqual(modelOf(variables));
    }),
    { numRuns: 3000 },
  );
});

test('what is generated breaks every rule that the model knows', () => {
  const samples = fc.sample(environment, { numRuns: 3000, seed: 1 });
  const broken = new Set(
    samples.flatMap((variables) => modelOf(variables).findings.map((one) => one.split(' ', 1)[0])),
  );
  expect(MODEL_RULES.filter((code) => !broken.has(code))).toEqual([]);
  expect(samples.some((variables) => modelOf(variables).findings.length === 0)).toBe(true);
});

test('the order of the variables does not change the verdict, nor which volumes are asked for', () => {
  const shuffled = environment.chain((variables) =>
    fc.tuple(fc.constant(variables), fc.shuffledSubarray(variables, { minLength: variables.length })),
  );
  fc.assert(
    fc.property(shuffled, fc.constantFrom(0, ENVIRONMENT), ([variables, again], kind) => {
      const [one, other] = [variables, again].map((order) => core.inspect(kind, documentOf(order, false)));
      expect(other?.verdict).toBe(one?.verdict);
      // Where two spellings of one variable differ, the first counts: an error, but another volume.
      if (one?.findings.some(({ code }) => code === 'slot-conflict')) return;
      const volumes = (inspection: Inspection | undefined) =>
        inspection?.requests.map(({ driver, name }) => [driver, name]);
      expect(volumes(other)).toEqual(volumes(one));
    }),
    { numRuns: 1000 },
  );
});

/** Rules whose messages end with the text at fault, whole. */
const QUOTES_ITS_PLACE = [
  'option-integer',
  'option-filesystem',
  'option-boolean',
  'option-word',
  'explicit-create-value',
  'dvdcli-not-allowed',
  'path-not-absolute',
  'path-protected',
];

/** What the bytes of a finding must be, once their escapes are resolved. */
function expectPlace(finding: Finding, at: string): void {
  if (QUOTES_ITS_PLACE.includes(finding.code)) expect(finding.message).toContain(`got '${at}'`);
  if (finding.code === 'option-repeated') expect(finding.message).toContain(`option '${at}' once`);
  if (finding.code === 'option-without-value' && at !== '') expect(finding.message).toContain(`got '${at}'`);
  if (finding.code === 'variable-unknown') expect(`/${at}`).toBe(finding.pointer);
  if (finding.code === 'slot-conflict') expect(`/${at}`).toBe(finding.pointer);
  if (finding.code === 'characters') expect(at).toMatch(/^[\p{Cc} ;]$/u);
  if (finding.code === 'path-characters') expect(at).toBe('\u0001');
  if (finding.code === 'path-parent') expect(at).toBe('..');
}

test('a finding points at the bytes that it is about', () => {
  fc.assert(
    fc.property(environment, fc.boolean(), (variables, isEscaped) => {
      const written = documentOf(variables, isEscaped);
      const bytes = encoder.encode(written);
      const places = independentPlaces(written);
      for (const finding of core.inspect(ENVIRONMENT, bytes).findings) {
        const { offset, length, line, column, pointer } = finding;
        if (offset === null || length === null) throw new Error(`no place: ${finding.code}`);
        const before = decoder.decode(bytes.subarray(0, offset));
        expect(line).toBe(before.split('\n').length);
        expect(column).toBe(before.length - before.lastIndexOf('\n'));
        expect(pointer).toBe(places.findLast((place) => place.offset <= offset)?.pointer);
        const at = decoder.decode(bytes.subarray(offset, offset + length));
        if (finding.code !== 'variable-secret') expectPlace(finding, JSON.parse(`"${at}"`));
      }
    }),
    { numRuns: 1000 },
  );
});

/** Documents with a few bytes changed: closer to JSON than any bytes. */
const damaged = fc
  .tuple(
    environment.map((variables) => encoder.encode(documentOf(variables, false))),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  )
  .map(([bytes, changes]) => {
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes;
  });

test('no bytes make the core fail, and the same bytes get the same answer', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    damaged,
    fc.json().map((json) => encoder.encode(json)),
  );
  fc.assert(
    fc.property(anything, fc.nat(3), (bytes, kind) => {
      const answer = core.inspectBytes(kind, bytes).slice();
      core.inspectBytes(0, encoder.encode('{"DVDI_VOLUME_NAME":"between"}'));
      expect(Buffer.compare(core.inspectBytes(kind, bytes), answer)).toBe(0);
      const { verdict, findings } = core.configure(bytes);
      core.configure('');
      expect(verdict === 'deny').toBe(findings.some(({ severity }) => severity === 'error'));
    }),
    { numRuns: 3000 },
  );
});
