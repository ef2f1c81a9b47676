import { readAdmitCases } from '../admit-case.ts';
import { readInspectCases } from '../inspect-case.ts';
import { readPlanCases } from '../plan-case.ts';
import { readTopicCases } from '../topic-case.ts';
import type { CoreCall } from './core-calls.ts';

/** A day on which exceptions of policies have not expired yet. */
const NOW = '2026-11-24T00:00:00Z';

/** Every case under test/cases as a call of the core; a document that is inspected is admitted as well. */
export async function coreCalls(): Promise<CoreCall[]> {
  return [...inspectCalls(), ...admitCalls(), ...(await planCalls()), ...topicCalls()];
}

function admitCalls(): CoreCall[] {
  return readAdmitCases().map(({ topic, name, policy, request, input }) => ({
    name: `${topic}/${name}`,
    call: 'admit',
    kind: request.kind,
    policy: base64(policy),
    request: base64(Buffer.concat([Buffer.from(`${JSON.stringify(request)}\n`), input])),
  }));
}

function inspectCalls(): CoreCall[] {
  return readInspectCases().flatMap(({ topic, name, kind, policy, input }): CoreCall[] => {
    const parts = { name: `${topic}/${name}`, kind, policy: base64(policy ?? '') };
    if (input === null) return [{ ...parts, call: 'inspect', request: null }];
    const header = `${JSON.stringify({ kind, now: NOW })}\n`;
    const admission = Buffer.concat([Buffer.from(header), input]);
    return [
      { ...parts, call: 'inspect', request: base64(input) },
      { ...parts, call: 'admit', request: base64(admission) },
    ];
  });
}

async function planCalls(): Promise<CoreCall[]> {
  const cases = [...(await readPlanCases('prepare')), ...(await readPlanCases('cleanup'))];
  return cases.map(({ call, name, policy, request }) => ({
    name,
    call,
    kind: 0,
    policy: base64(policy ?? ''),
    request: base64(request),
  }));
}

function topicCalls(): CoreCall[] {
  const callOf = (topic: string): CoreCall['call'] => (topic === 'export' ? 'exportCheckpoint' : 'importCheckpoint');
  const calls = [
    ...readTopicCases('recover').map((each) => ({ ...each, call: 'recover' as const })),
    ...readTopicCases('checkpoint').map((each) => ({ ...each, call: callOf(each.topic) })),
  ];
  return calls.map(({ topic, name, call, policy, request }) => ({
    name: `${topic}/${name}`,
    call,
    kind: 0,
    policy: base64(policy),
    request: base64(request),
  }));
}

function base64(bytes: Uint8Array | string): string {
  return (typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)).toString('base64');
}
