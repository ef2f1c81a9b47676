import type { Admission, Description, Finding } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { createRedactor, type Redactor } from '../system/redaction.ts';
import type { AuthoredDocument } from './documents/authored-document.ts';
import { createFingerprints, taskOf } from './fingerprint.ts';
import { readRequests } from './option-secrets.ts';
import { editsOf } from './patch/edits.ts';
import type { ReportedDocument, ReportedFinding } from './report.ts';
import { hideUnreadOptions } from './unread-options.ts';

/** How documents are checked. */
export interface CheckOptions {
  /** Id of the documents' kind; 0 detects it. */
  readonly kind: number;
  /** The clock that exceptions are judged by, RFC 3339 in UTC. */
  readonly now: string;
}

/** Asks the core about documents, under the policy that is in force in it. */
export class Checker {
  readonly core: Core;
  readonly description: Description;
  readonly #options: CheckOptions;

  constructor(core: Core, options: CheckOptions) {
    this.core = core;
    this.description = core.describe();
    this.#options = options;
  }

  /**
   * The core's answer to a document: severities, exceptions and the verdict are its own, and only the places are those
   * of the file as its author wrote it. It may hold secrets.
   */
  check(document: AuthoredDocument): Admission {
    const admission = this.core.admit(this.#options, document.json);
    return { ...admission, findings: admission.findings.map((finding) => document.place(finding)) };
  }

  /** Puts an answer into the form that is shown: without secrets, with fingerprints. */
  report(document: AuthoredDocument, admission: Admission): ReportedDocument {
    const { kinds } = this.description;
    const requests = admission.findings.length === 0 ? [] : readRequests(this.core, kinds, admission, document.json);
    const redactor = createRedactor(requests);
    const hideUnread = hideUnreadOptions(requests);
    const fingerprintOf = createFingerprints(document.name);
    const { kind, detected, verdict, findingsLeftOut } = admission;
    const tasks = redactor.document(admission.tasks);
    return {
      file: document.name,
      index: document.index,
      kind,
      detected,
      verdict,
      tasks,
      findings: admission.findings.map((finding) => {
        const shown = withoutSecrets(finding, redactor);
        const task = taskOf(finding, tasks);
        return { ...shown, fingerprint: fingerprintOf(shown, task), task: task?.id ?? null };
      }),
      ...(findingsLeftOut === undefined ? {} : { findingsLeftOut }),
      source: { name: document.name, bytes: document.source },
      hide: (line) => hideUnread(redactor.text(line)),
      editsOf: (patch) => editsOf(document, patch),
    };
  }
}

/** Findings about the policy, which has no secrets. */
export function reportPolicyFindings(file: string, findings: readonly Finding[]): readonly ReportedFinding[] {
  const fingerprintOf = createFingerprints(file);
  return findings.map((finding) => ({ ...finding, fingerprint: fingerprintOf(finding, null), task: null }));
}

/** A fix that holds a secret is not shown: blanked, it would destroy the value where it is applied. */
function withoutSecrets(finding: Finding, redactor: Redactor): Finding {
  const shown = redactor.document(finding);
  if (finding.fix === undefined || JSON.stringify(shown.fix) === JSON.stringify(finding.fix)) return shown;
  const { fix: _withSecrets, ...rest } = shown;
  return rest;
}
