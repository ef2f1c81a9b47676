import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Core, Finding, VolumeRequest } from '../../host/core/index.ts';
import { bytesOfParts, type Part } from './case-parts.ts';

/** A finding as cases write it. */
export type ExpectedFinding = Omit<Finding, 'hint' | 'in'>;

/** What a case says of the answer. */
export interface ExpectedInspection {
  readonly verdict: string;
  readonly container?: string;
  readonly findings?: readonly ExpectedFinding[];
  readonly findingCounts?: Readonly<Record<string, number>>;
  readonly findingsLeftOut?: number;
  readonly requests?: readonly VolumeRequest[];
  readonly requestCount?: number;
  readonly [field: string]: unknown;
}

/** One case of `inspect`, or of `configure` where it has no input. */
export interface InspectCase {
  readonly topic: string;
  readonly name: string;
  readonly kind: number;
  readonly policy: Uint8Array | null;
  readonly input: Uint8Array | null;
  readonly passes: readonly string[];
  readonly expected: ExpectedInspection;
}

const DIRECTORY = join(import.meta.dirname, '../cases/inspect');

/** All cases of `inspect`. */
export function readInspectCases(): InspectCase[] {
  return readdirSync(DIRECTORY, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? readDirectories(entry.name) : readTopic(entry.name),
  );
}

function readTopic(file: string): InspectCase[] {
  const topic = file.replace(/\.json$/, '');
  const { cases } = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8'));
  return cases.map((written: Record<string, unknown>) => ({
    topic,
    name: written.name,
    kind: written.kind ?? 0,
    policy: written.policy === undefined ? null : bytesOfParts(written.policy as Part | Part[]),
    input: written.input === undefined ? null : bytesOfParts(written.input as Part | Part[]),
    passes: written.passes ?? [],
    expected: written.expected,
  }));
}

function readDirectories(topic: string): InspectCase[] {
  return readdirSync(join(DIRECTORY, topic)).map((name) => ({
    topic,
    name,
    kind: 0,
    policy: null,
    input: readFileSync(join(DIRECTORY, topic, name, 'input.json')),
    passes: [],
    expected: JSON.parse(readFileSync(join(DIRECTORY, topic, name, 'expected.json'), 'utf8')),
  }));
}

/** What the core says to a case, in the form of its expectation and with the same fields. */
export function answerTo(core: Core, { kind, policy, input, expected }: InspectCase): Record<string, unknown> {
  core.configure('');
  const configuration = core.configure(policy ?? '');
  if (input !== null && configuration.verdict !== 'allow') throw new Error('the policy of the case is not accepted');
  const inspection = input === null ? null : core.inspect(kind, input);
  const { findings, ...answer } = inspection ?? configuration;
  const whole: Record<string, unknown> = {
    ...answer,
    findings: findings.map(({ hint: _hint, in: _in, ...finding }) => finding),
    findingCounts: countsOf(findings),
    requestCount: inspection?.requests.length,
  };
  const always = ['verdict', 'findingsLeftOut', ...(whole.container === null ? [] : ['container'])];
  const fields = new Set([...always, ...Object.keys(expected)]);
  return Object.fromEntries([...fields].filter((field) => field in whole).map((field) => [field, whole[field]]));
}

function countsOf(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** The codes of the findings that a case expects. */
export function codesOf({ expected }: InspectCase): string[] {
  return [...(expected.findings ?? []).map(({ code }) => code), ...Object.keys(expected.findingCounts ?? {})];
}
