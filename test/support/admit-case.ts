import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../../host/core/index.ts';
import { bytesOfParts, type Part } from './case-parts.ts';

const DIRECTORY = join(import.meta.dirname, '../cases/admit');

/** One case of `admit`; test/cases/README.md describes them. */
export interface AdmitCase {
  readonly topic: string;
  readonly name: string;
  readonly policy: Uint8Array | string;
  readonly request: { readonly kind: number; readonly now: string | null };
  readonly input: Uint8Array;
  /** Codes of rules that this case comes close to and does not break. */
  readonly passes: readonly string[];
  /** What is compared of the answer, each field as a whole. */
  readonly expected: { readonly verdict: string; readonly findings: readonly string[] } & Record<string, unknown>;
}

/** All cases of `admit`. */
export function readAdmitCases(): AdmitCase[] {
  return readdirSync(DIRECTORY).flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8'));
    return cases.map((written: Record<string, unknown>) => ({
      topic: file.replace(/\.json$/, ''),
      name: written.name,
      policy: written.policy === undefined ? '' : JSON.stringify(written.policy),
      request: { kind: written.kind ?? 0, now: written.now ?? null },
      input: bytesOfInput(written.input),
      passes: written.passes ?? [],
      expected: written.expected,
    }));
  });
}

/** A list of parts is bytes; anything else is a document, written as JSON. */
function bytesOfInput(input: unknown): Uint8Array {
  const isParts = Array.isArray(input) && input.every((part) => typeof part === 'string' || 'repeat' in part);
  return isParts && input.length > 0 ? bytesOfParts(input as Part[]) : Buffer.from(JSON.stringify(input));
}

/** The codes of the findings that a case expects. */
export function codesOfAdmitCase({ expected }: AdmitCase): string[] {
  return expected.findings.map((finding) => finding.split(' ')[1] ?? '');
}

/** What the core says to a case, in the form of its expectation: a finding is `severity code pointer`. */
export function answerToAdmitCase(core: Core, { policy, request, input, expected }: AdmitCase): object {
  core.configure('');
  if (core.configure(policy).verdict === 'deny') throw new Error('the policy of the case is not accepted');
  const answer = core.admit(request, input);
  const known: Record<string, unknown> = {
    ...answer,
    taskCount: answer.tasks.length,
    tasks: answer.tasks.map(({ id, pointer, verdict }) => ({ id, pointer, verdict })),
    volumes: answer.tasks.flatMap(({ volumes }) => volumes),
    findings: answer.findings.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`),
    messages: answer.findings.map(({ message }) => message),
  };
  return Object.fromEntries(Object.keys(expected).map((field) => [field, known[field]]));
}
