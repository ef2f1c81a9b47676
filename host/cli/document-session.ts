import type { Source } from '../admission/finding-text.ts';
import type { Finding, Inspection } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { createRedactor, type Redactor } from '../system/redaction.ts';
import type { DocumentOptions } from './cli-command.ts';
import { CliError } from './cli-error.ts';
import type { Context, Output } from './context.ts';
import { loadCore } from './core-session.ts';
import { readInput } from './input.ts';

/** The core with the policy in force. */
export interface PolicySession {
  readonly core: Core;
  readonly policy: Source | null;
  /** Findings about the policy; when one is an error, the policy is not in force and nothing may be decided. */
  readonly policyFindings: readonly Finding[];
  readonly policyRefused: boolean;
}

/** A document, read and understood, with the policy in force: what `plan`, `inspect` and `run` begin with. */
export interface DocumentSession extends PolicySession {
  readonly document: Source;
  /** Id of the document's kind as the user gave it; 0 detects it. */
  readonly kind: number;
  readonly inspection: Inspection;
  readonly redactor: Redactor;
}

/**
 * Id of the kind that the user named; 0, which detects it, without a name.
 * @throws {CliError} `cli-usage` when there is no such kind
 */
export async function kindId(core: Core, name: string | undefined): Promise<number> {
  if (name === undefined) return 0;
  const { kinds } = core.describe();
  const known = kinds.find((kind) => kind.name === name);
  if (known !== undefined) return known.id;
  const { nearest } = await import('./nearest.ts');
  const names = kinds.map((kind) => kind.name);
  const near = nearest(name, names);
  throw new CliError('no such kind of document', {
    code: 'cli-usage',
    expected: `one of ${names.join(', ')}`,
    got: name,
    advice: near.length === 0 ? 'leave --kind out: the kind is then detected' : `perhaps --kind ${near[0]}`,
  });
}

/**
 * Starts the core, and puts a policy in force when one is named.
 * @throws {CliError} when the file cannot be read
 */
export async function openPolicy(file: string | undefined, context: Context): Promise<PolicySession> {
  const policy = file === undefined ? null : await readInput(file, 'policy', context.stdin);
  const core = await loadCore();
  const configuration = policy === null ? null : core.configure(policy.bytes);
  return {
    core,
    policy,
    policyFindings: configuration?.findings ?? [],
    policyRefused: configuration?.verdict === 'deny',
  };
}

/**
 * Reads FILE and the policy, and asks the core what the document says.
 * @throws {CliError} when a file cannot be read or the kind is not known
 */
export async function openDocument(file: string, options: DocumentOptions, context: Context): Promise<DocumentSession> {
  if (file === '-' && options.policy === '-') {
    throw new CliError('document and policy cannot both come from standard input', {
      code: 'cli-usage',
      expected: '- for one of them',
      got: '- twice',
      advice: 'give one of them as a file',
    });
  }
  const document = await readInput(file, 'document', context.stdin);
  const session = await openPolicy(options.policy, context);
  const kind = await kindId(session.core, options.kind);
  const inspection = session.core.inspect(kind, document.bytes);
  return { ...session, document, kind, inspection, redactor: createRedactor(inspection) };
}

/** The texts that findings point into, and what takes the secrets out of them. */
export interface FindingsSources {
  /** What was read of the document, if there is one. */
  readonly inspection?: Inspection;
  /** null where there is no document, and findings are about the policy or the request only. */
  readonly document: Source | null;
  readonly policy: Source | null;
  readonly redactor: Redactor;
}

/** Prints findings as compilers do; with `quiet` only the errors. */
export async function printFindings(
  findings: readonly Finding[],
  session: FindingsSources,
  output: Output,
  quiet: boolean | undefined,
): Promise<void> {
  const shown = quiet ? findings.filter(({ severity }) => severity === 'error') : findings;
  if (shown.length === 0) return;
  const { renderFindings } = await import('../admission/finding-text.ts');
  const { hideUnreadOptions } = await import('../admission/unread-options.ts');
  const hide = hideUnreadOptions(session.inspection?.requests ?? []);
  const text = renderFindings(shown, {
    document: session.document,
    policy: session.policy,
    palette: output.palette,
    columns: output.columns,
    redact: (text) => session.redactor.text(text),
    redactSource: (line) => hide(session.redactor.text(line)),
  });
  output.line(text);
}
