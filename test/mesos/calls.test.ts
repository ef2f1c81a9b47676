import { readFileSync } from 'node:fs';
import { createInstance, readResult, writeRequest } from '../../host/core/instance.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { readAdmitCases } from '../support/admit-case.ts';
import { readInspectCases } from '../support/inspect-case.ts';
import { type NativeCall, nativeAnswers } from '../support/native.ts';
import { readPlanCases } from '../support/plan-case.ts';
import { readTopicCases } from '../support/topic-case.ts';

/** A call under a policy; the two hosts must answer it with the same bytes. */
interface Case {
  readonly title: string;
  readonly policy: Uint8Array | string;
  readonly call: NativeCall | null;
}

const LINE_FEED = 0x0a;
const core = createInstance(new WebAssembly.Module(readFileSync(packagePath('build/dvdi.wasm'))));

/** Asks V8's core what a C++ host is asked. */
function answerOf({ name, kind = 0, first, second }: NativeCall): Buffer {
  const parts = [Buffer.from(first), ...(second === undefined ? [] : [Buffer.of(LINE_FEED), Buffer.from(second)])];
  const pointer = writeRequest(core, parts);
  if (pointer === null) throw new RangeError('no room for a request');
  const { length } = Buffer.concat(parts);
  if (name === 'describe') return Buffer.from(readResult(core, core.describe()));
  if (name === 'inspect') return Buffer.from(readResult(core, core.inspect(kind, pointer, length)));
  const call = core[name as 'configure' | 'prepare'];
  return Buffer.from(readResult(core, call(pointer, length)));
}

/** The C++ host puts the line feed between header and document itself: a request without one cannot be made with it. */
function splitRequest(request: Uint8Array): Pick<NativeCall, 'first' | 'second'> | null {
  const end = request.indexOf(LINE_FEED);
  return end === -1 ? null : { first: request.subarray(0, end), second: request.subarray(end + 1) };
}

const inspectCases = readInspectCases().map(({ topic, name, policy, kind, input }): Case => {
  const call = input === null ? null : { name: 'inspect', kind, first: input };
  return { title: `inspect: ${topic}/${name}`, policy: policy ?? '', call };
});
const withoutDocument: string[] = [];
const prepareCases = (await readPlanCases('prepare')).flatMap(({ name, policy, request }): Case[] => {
  const parts = splitRequest(request);
  if (parts === null) withoutDocument.push(name);
  return parts === null
    ? []
    : [{ title: `prepare: ${name}`, policy: policy ?? '', call: { name: 'prepare', ...parts } }];
});
const cleanupCases = (await readPlanCases('cleanup')).map(({ name, policy, request }): Case => {
  return { title: `cleanup: ${name}`, policy: policy ?? '', call: { name: 'cleanup', first: request } };
});
const topicCases = (['recover', 'checkpoint'] as const).flatMap((folder) =>
  readTopicCases(folder).map(({ topic, name, policy, request }): Case => {
    const call = folder === 'recover' ? 'recover' : topic === 'export' ? 'exportCheckpoint' : 'importCheckpoint';
    return { title: `${folder}: ${topic}/${name}`, policy, call: { name: call, first: request } };
  }),
);
/** The documents of inspect once more, as whether they may be submitted. */
const admitCases = inspectCases.flatMap(({ title, policy, call }): Case[] => {
  const header = `{"kind":${call?.kind ?? 0},"now":"2026-11-24T00:00:00Z"}`;
  return call === null
    ? []
    : [{ title: `admit: ${title}`, policy, call: { name: 'admit', first: header, second: call.first } }];
});
const ownAdmitCases = readAdmitCases().map(({ topic, name, policy, request, input }): Case => {
  const call = { name: 'admit', first: JSON.stringify(request), second: input };
  return { title: `admit: ${topic}/${name}`, policy, call };
});
const cases = [...ownAdmitCases, ...inspectCases, ...prepareCases, ...cleanupCases, ...topicCases, ...admitCases];

/** Each case under its own policy, which replaces the one before. */
const calls = cases.map(({ policy, call }): NativeCall[] => [
  { name: 'configure', first: '' },
  { name: 'configure', first: policy },
  ...(call === null ? [] : [call]),
]);

let answers: readonly (readonly Buffer[])[] = [];

beforeAll(() => {
  const all = nativeAnswers(calls.flat());
  let at = 0;
  answers = calls.map((each) => {
    const own = all.slice(at, at + each.length);
    at += each.length;
    return own;
  });
});

test.each(cases.map(({ title }, index) => [title, index] as const))('%s', (_, index) => {
  const expected = (calls[index] ?? []).map((call) => answerOf(call).toString('latin1'));
  expect((answers[index] ?? []).map((answer) => answer.toString('latin1'))).toEqual(expected);
});

// The answer is long: what differs is not shown. When it does, build/dvdi.wasm is newer than what is embedded.
test('describe', () => {
  const [answer] = nativeAnswers([{ name: 'describe', first: '' }]);
  expect(answer?.equals(answerOf({ name: 'describe', first: '' }))).toBe(true);
});

test('the cases are many, and few are left out', () => {
  expect(cases.length).toBeGreaterThan(600);
  expect(withoutDocument.length).toBeLessThan(10);
});
