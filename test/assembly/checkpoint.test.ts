import fc from 'fast-check';
import type { CheckpointImport, CheckpointRow } from '../../host/core/documents.ts';
import type { Core } from '../../host/core/index.ts';
import { type ExternalMount, frameOf, listOf } from '../support/checkpoint/encoder.ts';
import { loadCoverageCore } from '../support/core.ts';

const RUNS = 1_000;
const ROWS_MAX = 8_192;
const FINDINGS_MAX = 256;
const REQUEST_SIZE_MAX_BYTES = 4 * 1024 * 1024;
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

afterEach(() => {
  core.configure('');
});

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300, unit: 'binary' }) },
);
const driver = fc.constantFrom('rexray', 'rexray', 'ceph', 'rexray/ebs:latest', '../x');
const path = fc.oneof(fc.constantFrom('', '/', '/tmp/a', '/tmp//b/./', 'c', '/d/../e'), text);
const options = fc.constantFrom('', 'size=5', 'size=5,label=a=b', 'Password=x,token=', 'size', 'a=b,', 'a=1,A=2');
const dvdcli = fc.constantFrom('', '/usr/bin/dvdcli', '/opt/dvdcli', '/tmp/evil');

const externalMount: fc.Arbitrary<ExternalMount> = fc.record({
  containerid: text,
  volumedriver: driver,
  volumename: text,
  mountpoint: path,
  options,
  container_path: path,
  dvdcli_path: dvdcli,
  explicit_create: fc.boolean(),
});

const policy = fc.constantFrom(
  '',
  '{"dvdcliPaths": ["/opt/dvdcli", "/usr/bin/dvdcli"]}',
  '{"transport": "dvdcli"}',
  '{"dvdcliPaths": ["/opt/dvdcli"], "drivers": {"ceph": {"transport": "dvdcli"}}}',
);

function exported(rows: readonly CheckpointRow[]): Buffer {
  const { verdict, checkpoint, findings } = core.exportCheckpoint({ rows });
  expect({ verdict, findings }).toEqual({ verdict: 'allow', findings: [] });
  return Buffer.from(checkpoint ?? '', 'base64');
}

test('rows that came from a file are the same after a way through a file', () => {
  let taken = 0;
  const property = fc.property(fc.array(externalMount, { maxLength: 8 }), policy, (mounts, chosen) => {
    core.configure(chosen);
    const { rows } = core.importCheckpoint(frameOf(listOf(mounts), 'little'));
    const file = exported(rows);
    const again = core.importCheckpoint(file);
    expect({ framing: again.framing, rows: again.rows }).toEqual({ framing: 'framed', rows });
    expect(exported(again.rows).equals(file)).toBe(true);
    taken += rows.length;
  });
  fc.assert(property, { numRuns: RUNS });
  expect(taken).toBeGreaterThan(RUNS / 10);
});

test('the file is what the schema says, every string set', () => {
  const row: CheckpointRow = {
    ...{ driver: 'rexray', name: 'data', container: 'web', options: [], mountpoint: null, path: null },
    ...{ transport: { kind: 'plugin' }, explicitCreate: false },
  };
  const list = listOf([{ containerid: 'web', volumedriver: 'rexray', volumename: 'data' }]);
  expect(exported([row])).toEqual(frameOf(list, 'little'));
});

test.each([0, 1, 2, 3, 4, 5])('base64 of any length, here of %d letters more', (more) => {
  const mounts = [{ containerid: 'c'.repeat(1 + more), volumedriver: 'rexray', volumename: 'ÿ'.repeat(40) }];
  const file = frameOf(listOf(mounts), 'little');
  expect(exported(core.importCheckpoint(file).rows).toString('base64')).toBe(file.toString('base64'));
});

const mountsOf = (count: number, fields: Partial<ExternalMount> = {}): ExternalMount[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ containerid: `c${index}`, volumedriver: 'rexray', volumename: `v${index}`, mountpoint: `/mnt/${index}` },
    ...fields,
  }));

const refused = (message: string) => ({
  verdict: 'deny',
  rows: [],
  findings: [{ code: 'checkpoint-invalid', message }],
});
const noRoom = refused('expected rows for an answer of at most 3670016 bytes, got more');

describe('limits', () => {
  test('as many rows as there may be, and back', () => {
    const file = frameOf(listOf(mountsOf(ROWS_MAX)), 'little');
    const { verdict, rows } = core.importCheckpoint(file);
    expect({ verdict, rows: rows.length }).toEqual({ verdict: 'allow', rows: ROWS_MAX });
    expect(exported(rows).equals(file)).toBe(true);
  });

  test('one row more: nothing is taken', () => {
    const file = frameOf(listOf(mountsOf(ROWS_MAX + 1)), 'little');
    expect(core.importCheckpoint(file)).toMatchObject(refused('expected at most 8192 rows, got more'));
  });

  test('one row more is not written either', () => {
    const { rows } = core.importCheckpoint(frameOf(listOf(mountsOf(1)), 'little'));
    const many = new Array<CheckpointRow>(ROWS_MAX + 1).fill(rows[0] as CheckpointRow);
    expect(core.exportCheckpoint({ rows: many })).toMatchObject({
      ...{ verdict: 'deny', checkpoint: null },
      findings: [{ code: 'request-invalid', message: 'expected at most 8192 rows', pointer: `/rows/${ROWS_MAX}` }],
    });
  });

  test.each([
    ['long names', 2_000, { mountpoint: `/${'m'.repeat(2_000)}` }],
    ['names that double', 2_000, { mountpoint: `/${'"'.repeat(1_000)}` }],
    ['very many options', 8_000, { options: Array.from({ length: 64 }, (_, index) => `${index}=`).join() }],
  ])('%s that have no room in an answer: nothing is taken', (_, count, fields) => {
    expect(core.importCheckpoint(frameOf(listOf(mountsOf(count, fields)), 'little'))).toMatchObject(noRoom);
  });

  test('of more bad rows than an answer tells of, the good ones are taken all the same', () => {
    const bad = mountsOf(FINDINGS_MAX + 10, { mountpoint: 'relative' });
    const { verdict, rows, findings, findingsLeftOut } = core.importCheckpoint(listOf([...bad, ...mountsOf(1)]));
    expect({ verdict, rows: rows.length, told: findings.length, findingsLeftOut }).toEqual({
      ...{ verdict: 'warn', rows: 1, told: FINDINGS_MAX, findingsLeftOut: 10 },
    });
  });

  test.each([
    ['zeros', () => Buffer.alloc(REQUEST_SIZE_MAX_BYTES)],
    ['empty rows', () => Buffer.alloc(REQUEST_SIZE_MAX_BYTES, Buffer.of(0x0a, 0x00))],
    ['groups in groups', () => Buffer.alloc(REQUEST_SIZE_MAX_BYTES, 0x4b)],
    ['unknown fields', () => Buffer.alloc(REQUEST_SIZE_MAX_BYTES, Buffer.of(0x48, 0x00))],
    ['one row with a field over and over', () => oneRow(Buffer.alloc(REQUEST_SIZE_MAX_BYTES - 64, Buffer.of(0x0a, 0)))],
    ['options in every row', () => listOf(mountsOf(8_000, { options: `${'a=,'.repeat(150)}a` }))],
    ['many keys in every row', () => listOf(mountsOf(ROWS_MAX, { options: manyKeys(64) })).subarray(0, -9)],
  ])('a file as large as there may be, of %s, ends in an answer', (_, make) => {
    const answer: CheckpointImport = core.importCheckpoint(make().subarray(0, REQUEST_SIZE_MAX_BYTES));
    expect(['warn', 'deny']).toContain(answer.verdict);
  });

  test('rows whose file has no room in an answer are refused', () => {
    const rows = core.importCheckpoint(listOf(mountsOf(1_000, { mountpoint: `/${'m'.repeat(2_900)}` }))).rows;
    const { verdict, checkpoint, findings } = core.exportCheckpoint({ rows });
    const message = 'expected rows whose checkpoint has at most 3670016 bytes in base64';
    const refusal = { verdict: 'deny', checkpoint: null, findings: [{ message }] };
    expect({ verdict, checkpoint, findings }).toMatchObject(refusal);
  });

  test('of more bad rows than an answer tells of, the first are told', () => {
    const rows = new Array(FINDINGS_MAX + 10).fill({}) as CheckpointRow[];
    const { verdict, findings } = core.exportCheckpoint({ rows });
    expect({ verdict, told: findings.length }).toEqual({ verdict: 'deny', told: FINDINGS_MAX });
  });
});

function oneRow(body: Buffer): Buffer {
  const length = Buffer.of(0x0a, (body.length & 127) | 128, ((body.length >> 7) & 127) | 128);
  return Buffer.concat([length, Buffer.of(((body.length >> 14) & 127) | 128, body.length >> 21), body]);
}

const manyKeys = (count: number) => Array.from({ length: count }, (_, index) => `${index}=`).join();
