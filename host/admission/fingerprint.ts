import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';

import type { AdmittedTask, Finding } from '../core/documents.ts';
import { isWithin } from './patch/json-pointer.ts';

/** Characters of a fingerprint: 128 bits, more than enough for the findings of any repository. */
const LENGTH = 32;

/** The task that a finding is about: the innermost one that it lies in. */
export function taskOf(finding: Finding, tasks: readonly AdmittedTask[]): AdmittedTask | null {
  const { pointer } = finding;
  if (finding.in !== 'document' || pointer === null) return null;
  return tasks
    .filter((task) => isWithin(pointer, task.pointer))
    .reduce<AdmittedTask | null>(
      (inner, task) => (inner === null || task.pointer.length > inner.pointer.length ? task : inner),
      null,
    );
}

/**
 * Makes fingerprints for the findings of one file. Two findings have the same one when they have the same code and
 * message at the same place of the same task of the same file, wherever its lines are and whichever number the task
 * has. Of several such findings each has one of its own.
 * @param file as the user named it: `./app.json` and its absolute path make the same fingerprints
 * @returns takes each finding once, in order; its texts are free of secrets already, since a hash can be guessed at
 */
export function createFingerprints(file: string): (finding: Finding, task: AdmittedTask | null) => string {
  const path = file.startsWith('<') ? file : relative('.', resolve(file));
  const seen = new Map<string, number>();
  return (finding, task) => {
    const place = task?.id == null ? finding.pointer : (finding.pointer ?? '').slice(task.pointer.length);
    const identity = JSON.stringify([path, finding.in, finding.code, task?.id ?? null, place, finding.message]);
    const repetition = seen.get(identity) ?? 0;
    seen.set(identity, repetition + 1);
    const text = repetition === 0 ? identity : `${identity}#${repetition}`;
    return createHash('sha256').update(text).digest('hex').slice(0, LENGTH);
  };
}
