import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../host/core/index.ts';
import { bytesOfParts, type Part } from './case-parts.ts';
import type { RawCall, RawCore } from './raw-core.ts';

const CASES = join(import.meta.dirname, '../cases');

/** A case of a topic file of test/cases/recover or test/cases/checkpoint; test/cases/README.md describes them. */
export interface TopicCase {
  readonly topic: string;
  readonly name: string;
  readonly policy: string;
  readonly request: Uint8Array;
  /** What is compared of the answer, each field as a whole. */
  readonly expected: Readonly<Record<string, unknown>>;
}

/** All cases of a folder. */
export function readTopicCases(folder: 'recover' | 'checkpoint'): TopicCase[] {
  return readdirSync(join(CASES, folder)).flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(CASES, folder, file), 'utf8')) as { cases: Written[] };
    return cases.map((written) => caseOf(file.replace(/\.json$/, ''), written));
  });
}

interface Written {
  readonly name: string;
  readonly policy?: string;
  readonly input?: Part[];
  readonly request?: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

function caseOf(topic: string, { name, policy, input, request, expected }: Written): TopicCase {
  const text = typeof request === 'string' ? request : JSON.stringify(request);
  const bytes = input === undefined ? Buffer.from(text) : bytesOfParts(input);
  return { topic, name, policy: policy ?? '', request: bytes, expected };
}

/**
 * What the core answers to a case, in the form of its `expected`: of findings code and message, `messages` for them
 * where all are `request-invalid` or say the type of a field, `file` for a checkpoint.
 */
export function answerToTopicCase(core: RawCore, call: RawCall, { policy, request, expected }: TopicCase) {
  core.call('configure', policy);
  const answer = JSON.parse(core.call(call, request)) as Record<string, unknown> & { findings: Finding[] };
  const findings = answer.findings.map(({ code, message }) => ({ code, message }));
  const known: Record<string, unknown> = {
    ...answer,
    findings,
    messages: findings.map(({ message }) => message),
    file: typeof answer.checkpoint === 'string' ? Buffer.from(answer.checkpoint, 'base64').toString('hex') : null,
  };
  return Object.fromEntries(Object.keys(expected).map((field) => [field, known[field]]));
}

/** The expectation, with the bytes of `file` as hexadecimal digits. */
export function expectedOfTopicCase({ expected }: TopicCase): Readonly<Record<string, unknown>> {
  if (!Array.isArray(expected.file)) return expected;
  return { ...expected, file: bytesOfParts(expected.file as Part[]).toString('hex') };
}

/** The codes of the findings that a case expects. */
export function codesOfTopicCase({ expected }: TopicCase): string[] {
  return ((expected.findings ?? []) as { code: string }[]).map(({ code }) => code);
}
