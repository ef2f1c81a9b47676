import type { Finding, Plan } from '../../host/core/documents.ts';

/** A plan with every kind of step of `prepare`: two volumes, one of them read-only at a path, one with a secret. */
export const samplePlan: Plan = {
  abi: '1.2',
  plan: 'prepare',
  container: 'hello-play',
  verdict: 'allow',
  claims: [
    {
      driver: 'platform1',
      name: 'testing',
      container: 'hello-play',
      options: [
        { key: 'size', value: '5', secret: false },
        { key: 'password', value: 'hunter2', secret: true },
      ],
      path: '/tmp/ebs-auto',
      mode: 'ro',
      transport: { kind: 'plugin' },
      step: 1,
    },
    {
      driver: 'platform2',
      name: 'testing2',
      container: 'hello-play',
      options: [],
      path: null,
      mode: 'rw',
      transport: { kind: 'dvdcli', executable: '/usr/bin/dvdcli' },
      step: 2,
    },
  ],
  steps: [
    {
      id: 0,
      after: [],
      action: 'ensureDirectory',
      location: { within: null, path: '/tmp/ebs-auto' },
      owner: 'root',
      mode: 0o755,
      undo: { action: 'removeDirectory' },
    },
    {
      id: 1,
      after: [],
      action: 'mountVolume',
      volume: { driver: 'platform1', name: 'testing' },
      options: [
        { key: 'size', value: '5', secret: false },
        { key: 'password', value: 'hunter2', secret: true },
      ],
      create: true,
      releaseFirst: false,
      transport: { kind: 'plugin' },
      timeoutMs: 120_000,
      mountRoots: ['/var/lib/volumes'],
      undo: { action: 'unmountVolume', timeoutMs: 600_000 },
    },
    {
      id: 2,
      after: [],
      action: 'mountVolume',
      volume: { driver: 'platform2', name: 'testing2' },
      options: [],
      create: false,
      releaseFirst: false,
      transport: { kind: 'dvdcli', executable: '/usr/bin/dvdcli' },
      timeoutMs: 120_000,
      mountRoots: [],
      undo: { action: 'unmountVolume', timeoutMs: 600_000 },
    },
    { id: 3, after: [0, 1], action: 'matchOwner', volume: 1, directory: 0, undo: null },
    {
      id: 4,
      after: [3],
      action: 'bind',
      source: 1,
      target: { within: null, path: '/tmp/ebs-auto' },
      recursive: true,
      readOnly: true,
      undo: null,
    },
  ],
  launch: { newMountNamespace: true, propagation: 'slave', binds: [4], commands: [] },
  findings: [],
};

/** The plan of a container whose document was refused. */
export const deniedPlan: Plan = {
  ...samplePlan,
  verdict: 'deny',
  claims: [],
  steps: [],
  launch: { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] },
};

/** A finding with the given fields and sound values for the others. */
export function sampleFinding(fields: Partial<Finding>): Finding {
  return {
    code: 'option-without-value',
    severity: 'error',
    message: 'expected KEY=VALUE, got "size"',
    hint: 'write size=5',
    in: 'document',
    pointer: '/env/DVDI_VOLUME_OPTS',
    offset: 0,
    line: 1,
    column: 1,
    length: 1,
    ...fields,
  };
}
