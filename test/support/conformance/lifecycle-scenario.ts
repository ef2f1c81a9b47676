import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExternalMount } from '../checkpoint/encoder.ts';

/** One step: a command of a program, or a change of what the driver does (`fault`). */
export interface LifecycleStep {
  readonly do: 'prepare' | 'cleanup' | 'recover' | 'release' | 'ls' | 'fault';
  readonly container?: string;
  /** Name of one of the scenario's documents. */
  readonly document?: string;
  /** Further words of the command line. */
  readonly words?: readonly string[];
  readonly running?: readonly string[];
  readonly orphans?: readonly string[];
  /** For `fault`: the call (`mount data`), and the lines of bash that come before it; null ends the fault. */
  readonly call?: string;
  readonly lines?: string | null;
  /** How the command ends: its exit code, or the signal that ended it. Absent for `fault`. */
  readonly ends?: number | string;
  /** Texts that must be in what it prints. */
  readonly prints?: readonly string[];
}

/** A life of containers on one machine; test/cases/README.md describes it. */
export interface LifecycleScenario {
  readonly name: string;
  readonly about: string;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly documents: Readonly<Record<string, unknown>>;
  /** How the driver is spoken to: its dvdcli by default, or a plugin's socket that does what that does. */
  readonly transport?: 'dvdcli' | 'plugin';
  /** What the original had in `agent/meta/dvdimounts.pb`, its volumes mounted. */
  readonly checkpoint?: readonly ExternalMount[];
  /** Made beforehand. */
  readonly directories?: readonly string[];
  readonly steps: readonly LifecycleStep[];
  /** What the driver is asked, in order; a list of calls in it is side by side, in any order. */
  readonly calls: readonly (string | readonly string[])[];
  readonly mounted: readonly string[];
  /** Tables of the ledger that are not empty. */
  readonly ledger: Readonly<Record<string, readonly string[]>>;
}

const DIRECTORY = join(import.meta.dirname, '../../cases/lifecycle');
const FIELDS = 'about policy documents transport checkpoint directories steps calls mounted ledger'.split(' ');
const STEP_FIELDS = 'do container document words running orphans call lines ends prints'.split(' ');

function refuseUnknown(name: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new Error(`${name}: expected one of ${known.join(', ')}, got ${unknown}`);
}

/** All scenarios; one with a field that means nothing is refused. */
export function readLifecycleScenarios(): LifecycleScenario[] {
  return readdirSync(DIRECTORY).map((file) => {
    const scenario = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Omit<LifecycleScenario, 'name'>;
    refuseUnknown(file, scenario, FIELDS);
    for (const step of scenario.steps) refuseUnknown(file, step, STEP_FIELDS);
    return { ...scenario, name: file.replace(/\.json$/, '') };
  });
}
