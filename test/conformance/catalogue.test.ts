import type { CleanupRequest } from '../../host/core/index.ts';
import { codesOfAdmitCase, readAdmitCases } from '../support/admit-case.ts';
import { loadCoverageCore } from '../support/core.ts';
import { codesOf, readInspectCases } from '../support/inspect-case.ts';
import { readPlanCases } from '../support/plan-case.ts';
import { codesOfTopicCase, readTopicCases } from '../support/topic-case.ts';

const core = await loadCoverageCore();
const { rules, limits } = core.describe();
const codes = rules.map(({ code }) => code);
const inspectCases = readInspectCases();
const planCases = [...(await readPlanCases('prepare')), ...(await readPlanCases('cleanup'))];
const admitCases = readAdmitCases();
const checkpointCases = readTopicCases('checkpoint');
const neighbours = [...inspectCases, ...admitCases].flatMap(({ passes }) => passes);

/** Rules about a host's request and its ledger, and the case that comes close to each and does not break it. */
const PLAN_NEIGHBOURS: Readonly<Record<string, string>> = {
  'volume-in-use': 'ledger/sharing-allowed-for-the-driver',
  'volume-vanished': 'ledger/missing-under-users-of-another-name',
  'volume-case': 'ledger/live-volume-is-used-again',
  'options-ignored': 'ledger/options-same-in-another-order-and-case',
  'request-invalid': 'request/container-at-the-limit',
};

/** Rules about an old checkpoint, and the case that comes close to each. */
const CHECKPOINT_NEIGHBOURS: Readonly<Record<string, string>> = {
  'checkpoint-invalid': 'framing/unknown-fields-only-framed',
  'checkpoint-torn': 'framing/big-endian',
  'checkpoint-row': 'rows/required-only',
};

/** No document can hold so many values, so that a request is made for it below, too large for a file. */
const MADE_HERE = 'json-too-many-values';

test('every rule has a case that breaks it', () => {
  const broken = new Set([
    MADE_HERE,
    ...inspectCases.flatMap(codesOf),
    ...admitCases.flatMap(codesOfAdmitCase),
    ...planCases.flatMap(({ expected }) => expected.findings.map(({ code }) => code)),
    ...checkpointCases.flatMap(codesOfTopicCase),
  ]);
  expect(codes.filter((code) => !broken.has(code))).toEqual([]);
  expect([...broken].filter((code) => !codes.includes(code))).toEqual([]);
});

test('every rule has a case that comes close and does not break it', () => {
  const others = new Set([...Object.keys(PLAN_NEIGHBOURS), ...Object.keys(CHECKPOINT_NEIGHBOURS)]);
  expect(codes.filter((code) => !neighbours.includes(code) && !others.has(code))).toEqual([]);
  expect(neighbours.filter((code) => !codes.includes(code))).toEqual([]);
});

test.each(Object.entries(CHECKPOINT_NEIGHBOURS))('%s: %s does not break it', (code, name) => {
  const neighbour = checkpointCases.find((one) => `${one.topic}/${one.name}` === name);
  expect(neighbour).toBeDefined();
  expect(neighbour === undefined ? [code] : codesOfTopicCase(neighbour)).not.toContain(code);
});

test.each(Object.entries(PLAN_NEIGHBOURS))('%s: %s does not break it', (code, name) => {
  const neighbour = planCases.find((one) => one.name === name);
  expect(neighbour?.expected.findings.filter((finding) => finding.code === code)).toEqual([]);
});

describe('values of one request', () => {
  // Nine without the zeros: the root, four keys, and for each key its value.
  const findingsOf = (values: number) => {
    const request = { container: 'case', ledger: { volumes: [] }, zeros: new Array<number>(values - 9).fill(0) };
    return core.cleanup(request as unknown as CleanupRequest).findings;
  };

  test('as many as there may be', () => {
    expect(findingsOf(limits.nodesMax as number)).toEqual([]);
  });
  test('one more', () => {
    const start = '{"container":"case","ledger":{"volumes":[]},"zeros":['.length;
    const offset = start + 2 * ((limits.nodesMax as number) - 9);
    expect(findingsOf((limits.nodesMax as number) + 1)).toEqual([
      expect.objectContaining({
        code: MADE_HERE,
        severity: 'error',
        in: 'request',
        pointer: null,
        offset,
        line: 1,
        length: 1,
      }),
    ]);
  });
});
