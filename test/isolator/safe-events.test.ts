import type { Finding, MountVolumeStep, Plan } from '../../host/core/documents.ts';
import { DriverError } from '../../host/driver/volume-driver.ts';
import { PlanFailedError, RefusedError, StepError } from '../../host/isolator/isolator-error.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { safeListener } from '../../host/isolator/safe-events.ts';

const CANARY = 'canary-7f3a';
const volume = { driver: 'rexray', name: 'data' };
const options = [
  { key: 'size', value: '5', secret: false },
  { key: 'password', value: CANARY, secret: true },
];
const step: MountVolumeStep = {
  id: 0,
  after: [],
  action: 'mountVolume',
  volume,
  options,
  create: true,
  releaseFirst: false,
  transport: { kind: 'plugin' },
  timeoutMs: 1,
  mountRoots: [],
  undo: { action: 'unmountVolume', timeoutMs: 1 },
};
const finding: Finding = {
  code: 'option-repeated',
  severity: 'warning',
  message: `got password=${CANARY}`,
  hint: '',
  in: 'document',
  ...{ pointer: null, offset: null, line: null, column: null, length: null },
};
const plan: Plan = {
  ...{ abi: '1.0', plan: 'prepare', container: 'web', verdict: 'warn', steps: [step] },
  claims: [{ ...volume, container: 'web', options, path: null, mode: 'rw', transport: { kind: 'plugin' }, step: 0 }],
  launch: { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] },
  findings: [finding],
};
const driverError = new DriverError(`no ${CANARY}`, {
  ...{ code: 'driver-refused', volume, operation: 'mount', uncertain: false },
});

function told(event: IsolatorEvent): IsolatorEvent {
  const events: IsolatorEvent[] = [];
  safeListener((each) => void events.push(each))(event);
  const [only] = events;
  if (only === undefined || events.length > 1) throw new Error(`expected one event, got ${events.length}`);
  return only;
}

test.each<[string, IsolatorEvent]>([
  ['a plan', { type: 'planned', container: 'web', plan }],
  ['a step', { type: 'step-started', container: 'web', step, phase: 'do' }],
  [
    'what a step found',
    {
      ...{ type: 'step-done', container: 'web', step, phase: 'do', durationMs: 1 },
      note: { kind: 'mountpoint', path: `/mnt/${CANARY}`, isMount: true },
    },
  ],
  [
    'a step that failed',
    { type: 'step-failed', container: 'web', step, phase: 'do', durationMs: 1, error: driverError },
  ],
])('%s is told without secrets, and with all the rest', (_what, event) => {
  const safe = told(event);
  expect(JSON.stringify(safe)).not.toContain(CANARY);
  expect('error' in safe ? `${(safe.error as Error).message} ${(safe.error as Error).stack}` : '').not.toContain(
    CANARY,
  );
  expect(JSON.stringify(safe)).toBe(JSON.stringify(event).replaceAll(CANARY, '***'));
});

test('an error that is told stays of its class', () => {
  const safe = told({ type: 'step-failed', container: 'web', step, phase: 'do', durationMs: 1, error: driverError });
  expect('error' in safe && safe.error).toBeInstanceOf(DriverError);
  expect(safe).toMatchObject({ error: { code: 'driver-refused', message: 'no ***', volume } });
});

test('an event without a secret is handed through', () => {
  const event: IsolatorEvent = { type: 'repeated', container: 'web' };
  expect(told(event)).toBe(event);
});

test('a listener that throws breaks nothing', () => {
  const tell = safeListener(() => {
    throw new Error('full');
  });
  tell({ type: 'repeated', container: 'web' });
  tell({ type: 'repeated', container: 'web' });
  expect(() => safeListener(undefined)({ type: 'repeated', container: 'web' })).not.toThrow();
});

test('what an isolator throws has no secret in what it names, either', () => {
  const failure = new StepError(step, 'do', new Error('no'));
  const errors = [failure, new PlanFailedError(plan, [failure]), new RefusedError('the document', [finding], [plan])];
  for (const error of errors) expect(JSON.stringify(error)).not.toContain(CANARY);
  expect(failure.step).toMatchObject({ ...step, options: [options[0], { ...options[1], value: '***' }] });
});
