import type { Plan, RecoverPlan, RemoveDirectoryStep, UnmountVolumeStep } from '../../host/core/documents.ts';
import { DriverError } from '../../host/driver/volume-driver.ts';
import { StepError } from '../../host/isolator/isolator-error.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';

const volume = { driver: 'rexray', name: 'data' };
const transport = { kind: 'plugin' } as const;
const mountpoint = '/var/lib/rexray/volumes/data/data';

const unmount: UnmountVolumeStep = {
  ...{ id: 1, after: [0], action: 'unmountVolume', undo: null },
  ...{ volume, mountpoint, mount: null, transport, timeoutMs: 600_000 },
};

const remove: RemoveDirectoryStep = {
  ...{ id: 2, after: [1], action: 'removeDirectory', undo: null },
  location: { within: null, path: '/tmp/data' },
};

const finding = {
  ...({ code: 'volume-in-use', severity: 'error', in: 'document' } as const),
  message: 'expected a volume that no other container has, got "data" of "rexray", which web.1 has',
  hint: 'Allow it by `sharing`, or wait.',
  ...{ pointer: '/DVDI_VOLUME_NAME', offset: 21, line: 1, column: 22, length: 6 },
};

const plan: Plan = {
  ...{ abi: '1.0', plan: 'prepare', container: 'web.2', verdict: 'warn', steps: [] },
  claims: [{ ...volume, container: 'web.2', options: [], path: '/data', mode: 'rw', transport, step: 0 }],
  launch: { newMountNamespace: true, propagation: 'slave', binds: [], commands: [] },
  findings: [{ ...finding, code: 'options-ignored', severity: 'warning' }],
};

const recoverPlan: RecoverPlan = {
  ...{ abi: '1.0', plan: 'recover', verdict: 'allow', gone: ['web.1'], steps: [unmount], findings: [] },
  volumes: [{ ...volume, class: 'orphaned', reason: 'nobody claims it', mountpoint, users: 0, step: 1 }],
};

const error = new DriverError('unmount of volume "data" by driver "rexray": the driver refused: it is busy', {
  ...{ code: 'driver-refused', volume, operation: 'unmount', uncertain: false },
});

const call = { type: 'driver-called', container: 'web.2', operation: 'unmount', volume } as const;

/** One of each kind of event, with all that it may have. */
export const sampleEvents: readonly IsolatorEvent[] = [
  { type: 'planned', container: 'web.2', plan },
  {
    type: 'planned',
    container: 'web.2',
    plan: { ...plan, plan: 'cleanup', verdict: 'allow', steps: [unmount, remove] },
  },
  { type: 'recover-planned', container: null, plan: recoverPlan, isDryRun: false },
  { type: 'refused', container: 'web.2', findings: [finding] },
  { type: 'repeated', container: 'web.2' },
  { type: 'conflict', container: 'web.2' },
  { type: 'completed', container: 'web.2', operation: 'cleanup', durationMs: 61.25, error: null },
  { type: 'completed', container: null, operation: 'recover', durationMs: 61.25, error },
  { type: 'step-started', container: 'web.2', step: unmount, phase: 'do' },
  {
    ...{ type: 'step-done', container: 'web.2', phase: 'do', durationMs: 3.5 },
    step: { ...unmount, action: 'reuseVolume', mountpoint },
    note: { kind: 'mountpoint', path: mountpoint, isMount: true },
  },
  {
    ...{ type: 'step-done', container: 'web.2', phase: 'undo', durationMs: 0.5 },
    step: { ...remove, action: 'ensureDirectory', owner: 'root', mode: 0o755, undo: { action: 'removeDirectory' } },
    note: { kind: 'made', paths: ['/tmp/data'] },
  },
  {
    ...{ type: 'step-done', container: 'web.2', phase: 'do', durationMs: 0.5, step: remove },
    note: { kind: 'removal', removal: 'removed' },
  },
  { type: 'step-done', container: null, phase: 'do', durationMs: 12, step: unmount, note: null },
  {
    ...{ type: 'step-done', container: null, phase: 'do', durationMs: 1, note: null },
    step: { id: 0, after: [], action: 'forget', container: 'web.1', undo: null },
  },
  {
    ...{ type: 'step-failed', container: 'web.2', step: unmount, phase: 'do', durationMs: 12.3456 },
    error: new StepError(unmount, 'do', error),
  },
  { ...call, transport, durationMs: 19, outcome: 'done', isUncertain: false, error: null },
  {
    ...{ ...call, durationMs: 19, outcome: 'driver-refused', isUncertain: false, error },
    transport: { kind: 'dvdcli', executable: '/usr/bin/dvdcli' },
  },
  { type: 'retry-scheduled', container: 'web.2', volume, attempts: 1, afterMs: 1080.2, error },
  { type: 'retry-failed', container: null, volume, error },
  {
    ...{ type: 'taken-over', container: 'web.1', hold: 'container web.1', holder: '4b8f7c7e', pid: 4711 },
    sinceMs: 1_795_500_000_000,
  },
  {
    ...{ type: 'ledger-damaged', container: null, setAside: '/state/ledger.damaged-20261124T001500Z.sqlite' },
    ...{ reason: 'row 3 missing from index', containers: 2, volumes: 1 },
  },
  { type: 'checkpoint-imported', container: null, path: '/state/dvdimounts.pb', rows: 2, findings: [] },
];
