import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  AdmitRequest,
  CheckpointExportRequest,
  CleanupRequest,
  Core,
  Fault,
  Finding,
  PrepareRequest,
  RecoverRequest,
  Step,
} from '../../host/core/index.ts';
import { CoreError } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { jsonBlocksOf, namedRowsOf, sectionsOf } from '../support/docs/page.ts';

const root = join(import.meta.dirname, '../..');
const sections = sectionsOf(readFileSync(join(root, 'docs/abi/v1.md'), 'utf8'));

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

function section(heading: string): string {
  const found = sections.find((each) => each.heading === heading);
  if (found === undefined) throw new Error(`docs/abi/v1.md has no section ${heading}`);
  return found.text;
}

function namesOf(heading: string): string[] {
  return namedRowsOf(section(heading))
    .map(({ name }) => name)
    .sort();
}

/** Every field that at least one of the objects has. */
function fieldsOf(objects: readonly object[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
}

/** A step without what every step has. */
function ownFields({ id, action, after, undo, ...own }: Step): object {
  expect([id, action, after, undo]).not.toContain(undefined);
  return own;
}

function exampleOf<Request>(heading: string): Request {
  return JSON.parse(jsonBlocksOf(section(heading))[0]?.text ?? '') as Request;
}

/** More mistakes than an answer holds. */
const manyMistakes = JSON.stringify(
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`DVDI_VOLUME_X${index}`, ''])),
);

const environment = JSON.stringify({
  DVDI_VOLUME_NAME: 'testing',
  DVDI_VOLUME_OPTS: 'size=5',
  DVDI_VOLUME_CONTAINERPATH: '/tmp/data',
  DVDI_VOLUME_NAME1: 'testing2',
  DVDI_VOLUME_DVDCLI1: '/usr/bin/dvdcli',
  DVDI_VOLUME_CONTAINERPATH1: '/mnt/data',
});

function plans() {
  const request: PrepareRequest = { container: 'web.2', kind: 0, ledger: { volumes: [] } };
  return [
    core.prepare(request, environment),
    core.prepare(request, manyMistakes),
    // A volume that another container has, and none at a path: reused.
    core.prepare(exampleOf<PrepareRequest>('PrepareRequest'), JSON.stringify({ DVDI_VOLUME_NAME: 'testing' })),
    core.cleanup(exampleOf<CleanupRequest>('CleanupRequest')),
  ];
}

function inspections() {
  const app = { id: 'web', cmd: 'true', env: JSON.parse(environment) as object };
  return [core.inspect(0, JSON.stringify(app)), core.inspect(0, manyMistakes)];
}

/** The fault of a call that no host may make. */
function fault(): Fault {
  try {
    core.inspect(99, '{}');
  } catch (error) {
    if (error instanceof CoreError && error.fault !== null) return error.fault;
  }
  throw new Error('expected a core fault');
}

test('every export of the module is in the table, and nothing else', async () => {
  const module = await WebAssembly.compile(readFileSync(join(root, 'build/dvdi.wasm')));
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  expect(namesOf('Exports')).toEqual(exported.sort());
});

test('limits and kinds are those that the core publishes', () => {
  const { limits, kinds } = core.describe();
  const limitRows = namedRowsOf(section('Limits')).map(({ name, cells }) => [name, Number(cells[0])]);
  expect(Object.fromEntries(limitRows)).toEqual(limits);
  const kindRows = namedRowsOf(section('Kinds'));
  expect(kindRows.map(({ name, cells }) => ({ id: Number(cells[0]), name, title: cells[1] }))).toEqual(kinds);
});

test('describe answers what the page says', () => {
  const description = core.describe();
  expect(namesOf('Description')).toEqual(fieldsOf([description]));
  expect(namesOf('Rule')).toEqual(fieldsOf(description.rules));
  const nested = section('Description');
  for (const field of fieldsOf([...description.kinds, ...description.policy])) expect(nested).toContain(`\`${field}\``);
});

/** Findings with a fix, and with an exception. */
function findingsUnderPolicy(): readonly Finding[] {
  const exceptions = [{ code: 'path-not-allowed', reason: 'old' }];
  core.configure(JSON.stringify({ containerPaths: ['/mnt'], exceptions }));
  const { findings } = core.inspect(1, '{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_CONTAINERPATH":"mnt/v"}');
  const excepted = core.inspect(1, '{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_CONTAINERPATH":"/tmp/v"}').findings;
  core.configure('');
  return [...findings, ...excepted];
}

test('configure answers what the page says', () => {
  const mistakes = `{${Array.from({ length: 300 }, () => '"x": 0').join()}}`;
  const configurations = [core.configure('{}'), core.configure(mistakes)];
  expect(namesOf('Configuration')).toEqual(fieldsOf(configurations));
  const findings = configurations.flatMap((configuration) => configuration.findings);
  expect(namesOf('Finding')).toEqual(fieldsOf([...findings, ...findingsUnderPolicy()]));
});

test('inspect answers what the page says', () => {
  const all = inspections();
  expect(namesOf('Inspection')).toEqual(fieldsOf(all));
  const requests = all.flatMap((inspection) => inspection.requests);
  expect(namesOf('VolumeRequest')).toEqual(fieldsOf(requests));
  expect(namesOf('VolumeOption')).toEqual(fieldsOf(requests.flatMap(({ options }) => options)));
  expect(namesOf('Task')).toEqual(fieldsOf(all.flatMap(({ task }) => task ?? [])));
});

test('admit answers what the page says', () => {
  const request = exampleOf<AdmitRequest>('AdmitRequest');
  expect(namesOf('AdmitRequest')).toEqual(fieldsOf([request]));
  const app = { id: 'web', cmd: 'true', env: JSON.parse(environment) as object };
  const all = [core.admit(request, JSON.stringify(app)), core.admit(request, manyMistakes)];
  expect(namesOf('Admission')).toEqual(fieldsOf(all));
  const tasks = all.flatMap((admission) => admission.tasks);
  expect(namesOf('AdmittedTask')).toEqual(fieldsOf(tasks));
  for (const field of fieldsOf(tasks.flatMap(({ volumes }) => volumes))) {
    expect(section('AdmittedTask')).toContain(`\`${field}\``);
  }
});

test('prepare and cleanup answer what the page says', () => {
  const all = plans();
  expect(namesOf('Plan')).toEqual(fieldsOf(all));
  const claims = all.flatMap((plan) => plan.claims);
  expect(namesOf('Claim')).toEqual(fieldsOf(claims));
  expect(namesOf('Transport')).toEqual(fieldsOf(claims.map(({ transport }) => transport)));
  expect(namesOf('Launch')).toEqual(fieldsOf(all.map(({ launch }) => launch)));
  expect(namesOf('Step')).toEqual(['action', 'after', 'id', 'undo']);
});

/** Ledgers of every class, and one with more mistakes than an answer holds. */
function recoveries() {
  const request = exampleOf<RecoverRequest>('RecoverRequest');
  const bad = { ...request, running: new Array<string>(300).fill('') };
  const unclear = request.ledger.volumes.map((row) => ({ ...row, state: 'releasing' as const }));
  const requests = [
    request,
    bad,
    { ...request, running: ['web.0'] },
    { ...request, mounts: [] },
    { ...request, mounts: request.mounts.map((mount) => ({ ...mount, id: mount.id + 1 })) },
    { ...request, ledger: { ...request.ledger, volumes: unclear } },
  ];
  return requests.map((each) => core.recover(each));
}

test('recover answers what the page says', () => {
  const all = recoveries();
  expect(namesOf('RecoverPlan')).toEqual(fieldsOf(all));
  const volumes = all.flatMap((plan) => plan.volumes);
  expect(namesOf('RecoveredVolume')).toEqual(fieldsOf(volumes));
  expect(namesOf('VolumeClass')).toEqual([...new Set(volumes.map((volume) => volume.class))].sort());
  const [peeled] = all.flatMap((plan) => plan.steps).filter((step) => step.action === 'unmountVolume');
  expect(namesOf('LedgerMount')).toEqual(fieldsOf([peeled?.mount ?? {}]));
});

test('the checkpoint answers what the page says', () => {
  const request = exampleOf<CheckpointExportRequest>('CheckpointExportRequest');
  const badRows = new Array(300).fill({}) as CheckpointExportRequest['rows'];
  const exports = [core.exportCheckpoint(request), core.exportCheckpoint({ rows: badRows })];
  expect(namesOf('CheckpointExport')).toEqual(fieldsOf(exports));
  const file = Buffer.from(exports[0]?.checkpoint ?? '', 'base64');
  const badFile = Buffer.alloc(600, Buffer.of(0x0a, 0));
  const imports = [file, badFile].map((bytes) => core.importCheckpoint(bytes));
  expect(imports[0]?.rows).toEqual(request.rows);
  expect(namesOf('CheckpointImport')).toEqual(fieldsOf(imports));
  expect(namesOf('CheckpointRow')).toEqual(fieldsOf(imports.flatMap(({ rows }) => rows)));
});

test.each([
  'requireDirectory',
  'ensureDirectory',
  'mountVolume',
  'reuseVolume',
  'matchOwner',
  'bind',
  'unmountVolume',
  'removeDirectory',
  'forget',
])('the fields of %s are in its table', (action) => {
  const steps = plans()
    .flatMap((plan) => plan.steps)
    .filter((step) => step.action === action);
  expect(steps).not.toEqual([]);
  expect(namesOf(action)).toEqual(fieldsOf(steps.map(ownFields)));
  const locations = steps.flatMap((step) => ('location' in step ? [step.location] : []));
  if (locations.length > 0) expect(namesOf('Location')).toEqual(fieldsOf(locations));
});

test('a step never comes before one that it needs', () => {
  for (const step of plans().flatMap((plan) => plan.steps)) {
    expect(step.after.filter((id) => id >= step.id)).toEqual([]);
  }
});

test('the examples of requests are what the core takes, and have the fields of the tables', () => {
  const prepare = exampleOf<PrepareRequest>('PrepareRequest');
  const cleanup = exampleOf<CleanupRequest>('CleanupRequest');
  expect(core.prepare(prepare, '{}').findings).toEqual([]);
  expect(core.cleanup(cleanup).findings).toEqual([]);
  expect(namesOf('PrepareRequest')).toEqual(fieldsOf([prepare]));
  expect(namesOf('CleanupRequest')).toEqual(fieldsOf([cleanup]));
  expect(namesOf('LedgerVolume')).toEqual(fieldsOf([...prepare.ledger.volumes, ...cleanup.ledger.volumes]));
  expect(namesOf('LedgerDirectory')).toEqual(fieldsOf(cleanup.ledger.directories));
  const recover = exampleOf<RecoverRequest>('RecoverRequest');
  expect(core.recover(recover).findings).toEqual([]);
  expect(namesOf('RecoverRequest')).toEqual(fieldsOf([recover]));
  expect(namesOf('RecoverVolume')).toEqual(fieldsOf(recover.ledger.volumes));
  expect(namesOf('RecoverDirectory')).toEqual(fieldsOf(recover.ledger.directories));
  expect(namesOf('RecoverMount')).toEqual(fieldsOf(recover.mounts));
  const checkpoint = exampleOf<CheckpointExportRequest>('CheckpointExportRequest');
  expect(core.exportCheckpoint(checkpoint).findings).toEqual([]);
  expect(namesOf('CheckpointExportRequest')).toEqual(fieldsOf([checkpoint]));
});

test('a trap leaves a fault as the page says', () => {
  const left = fault();
  expect(namesOf('Fault')).toEqual(fieldsOf([left]));
  expect(left.message).toBe('inspect: no such kind of document');
});
