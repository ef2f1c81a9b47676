import { sample, startService, useServices } from '../../support/admission-service.ts';
import { exchange, post } from '../../support/http-exchange.ts';

useServices();

const warned = '{"id":"/a","cmd":"x","env":{"DVDI_VOLUME_DRIVER":"rexray"}}';
/** One error: option-integer. */
const one = '{"id":"/a","cmd":"x","env":{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"size=5G"}}';
/** Two errors: option-integer, option-without-value. */
const two = '{"id":"/a","cmd":"x","env":{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"size=5G,iops"}}';
/** More errors of option-integer than an answer has room for. */
const many = JSON.stringify(
  Array.from({ length: 300 }, (_, at) => ({
    id: `/a${at}`,
    cmd: 'x',
    env: { DVDI_VOLUME_NAME: `v${at}`, DVDI_VOLUME_OPTS: 'size=5G' },
  })),
);

const enforce = { mode: 'enforce', monitorRules: new Set<string>() } as const;
const monitor = { mode: 'monitor', monitorRules: new Set<string>() } as const;
const oneRule = { mode: 'enforce', monitorRules: new Set(['option-integer']) } as const;

test.each([
  { what: 'enforce, a refusal', mode: enforce, document: one, verdict: 'deny', enforced: 'true' },
  { what: 'enforce, a warning', mode: enforce, document: warned, verdict: 'warn', enforced: 'true' },
  { what: 'monitor, a refusal', mode: monitor, document: one, verdict: 'deny', enforced: 'false' },
  { what: 'monitor, a warning', mode: monitor, document: warned, verdict: 'warn', enforced: 'false' },
  { what: 'a monitored rule alone', mode: oneRule, document: one, verdict: 'deny', enforced: 'false' },
  { what: 'a monitored rule and another', mode: oneRule, document: two, verdict: 'deny', enforced: 'true' },
  { what: 'findings that are left out', mode: oneRule, document: many, verdict: 'deny', enforced: 'true' },
])('$what: $verdict, enforced $enforced; the body is the same', async ({ mode, document, verdict, enforced }) => {
  const { url } = await startService(mode);
  const plain = await startService();
  const { status, headers, body } = await post(`${url}/v1/admit`, document);
  expect([status, headers['dvdi-verdict'], headers['dvdi-enforced']]).toEqual([200, verdict, enforced]);
  expect(body.equals((await post(`${plain.url}/v1/admit`, document)).body)).toBe(true);
  const metrics = (await exchange(`${url}/metrics`)).body.toString();
  const { kind, findingsLeftOut } = JSON.parse(body.toString()) as { kind: string; findingsLeftOut?: number };
  const name = `dvdi_admissions_total{kind="${kind}",verdict="${verdict}",enforced="${enforced}"}`;
  expect(sample(metrics, name)).toBe(1);
  expect(findingsLeftOut !== undefined).toBe(document === many);
});

test('describe says what is in force', async () => {
  const { url } = await startService({ ...oneRule, onFailure: 'open', deadlineMs: 1_234 });
  expect((await exchange(`${url}/v1/describe`)).json()).toMatchObject({
    ...{ mode: 'enforce', monitorRules: ['option-integer'], onFailure: 'open', deadlineMs: 1_234 },
    core: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    description: { name: expect.any(String), rules: expect.any(Array) },
  });
});
