import { createHash } from 'node:crypto';
import type { Finding } from '../../core/documents.ts';
import type { Core } from '../../core/index.ts';
import { readFileBytes } from './file-bytes.ts';
import { ServiceError } from './service-error.ts';
import type { Policy } from './worker-messages.ts';

/** A policy that was taken, with what the core says of it. */
export interface TakenPolicy {
  readonly policy: Policy;
  /** Warnings and remarks. */
  readonly findings: readonly Finding[];
}

/** Reads the policy's file and has the core look at it, before any worker does. */
export class PolicyKeeper {
  readonly #core: Core;
  readonly #path: string | null;

  /** @param path null for the core's defaults */
  constructor(core: Core, path: string | null) {
    this.#core = core;
    this.#path = path;
  }

  /** @throws {ServiceError} `service-file`, or `service-policy` with what the core found */
  async read(): Promise<TakenPolicy> {
    const bytes = this.#path === null ? new Uint8Array() : await readFileBytes(this.#path, 'policy');
    // An empty file is no policy: the core would take it for the word to go back to its defaults.
    if (this.#path !== null && bytes.byteLength === 0) throw refused(this.#path, 'an empty file', []);
    const { verdict, findings } = this.#core.configure(bytes);
    if (verdict === 'deny') throw refused(this.#path ?? '', reasonOf(findings), findings);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { policy: { bytes: new Uint8Array(bytes), sha256 }, findings };
  }
}

function reasonOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return 'a refusal';
  const place = first.line === null ? '' : ` at ${first.line}:${first.column}`;
  return `${first.code}${place}${errors.length > 1 ? ` and ${errors.length - 1} more` : ''}`;
}

function refused(path: string, got: string, findings: readonly Finding[]): ServiceError {
  return new ServiceError('service-policy', 'the policy was refused', {
    expected: 'a policy without errors',
    got: `${path}: ${got}`,
    advice: 'docs/policy.md has all fields; `dvdi plan --policy FILE` shows what is wrong with it, in place',
    findings,
  });
}
