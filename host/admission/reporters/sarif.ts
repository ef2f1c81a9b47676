import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Rule, Severity } from '../../core/documents.ts';
import { printableJsonLines } from '../../system/printable-text.ts';
import type { DocumentError } from '../documents/document-error.ts';
import type { TextEdit } from '../patch/edits.ts';
import { type Region, regionBetween, regionOf } from '../region.ts';
import type { Report, ReportedDocument, ReportedFinding } from '../report.ts';
import { FINGERPRINT_NAME } from './sarif-names.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

type Json = Record<string, unknown>;

/**
 * SARIF 2.1.0 (OASIS): one rule for each code, a result for each finding with region, fingerprint and fix; an exception
 * of the policy is a suppression, and a file that could not be checked a notification.
 */
export async function reportSarif(report: Report): Promise<string> {
  const rules = report.rules.map(ruleJson);
  const ruleIndices = new Map(report.rules.map(({ code }, index) => [code, index]));
  const results: Json[] = report.policyFindings.map((finding) =>
    resultJson(finding, ruleIndices, report.policy?.name ?? null, report.policy?.bytes ?? null),
  );
  for (const document of report.documents) {
    for (const finding of document.findings) {
      const result = resultJson(finding, ruleIndices, document.file, document.source.bytes);
      results.push({ ...result, ...(await fixesJson(finding, document)) });
    }
  }
  const { name, version } = report.tool;
  return printableJsonLines({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name, version, semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The directory that dvdi was started in.' } } },
        invocations: [
          {
            executionSuccessful: report.failures.length === 0,
            endTimeUtc: report.now,
            toolExecutionNotifications: report.failures.map(notificationJson),
          },
        ],
        results,
      },
    ],
  });
}

function ruleJson({ code, title, hint, severity }: Rule): Json {
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z0-9])/gu, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: {
      text: `${hint === '' ? title : hint}\n\n\`dvdi explain ${code}\` has examples.`,
      markdown: `${hint === '' ? title : hint}\n\n\`dvdi explain ${code}\` has examples.`,
    },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultJson(
  finding: ReportedFinding,
  ruleIndices: ReadonlyMap<string, number>,
  file: string | null,
  source: Uint8Array | null,
): Json {
  const ruleIndex = ruleIndices.get(finding.code);
  return {
    ruleId: finding.code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: finding.hint === '' ? finding.message : `${finding.message}. ${finding.hint}` },
    locations: file === null ? [] : [locationJson(file, regionOf(finding, source), finding.task)],
    partialFingerprints: { [FINGERPRINT_NAME]: finding.fingerprint },
    ...(finding.exception === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: finding.exception.reason }] }),
  };
}

function locationJson(file: string, region: Region | null, task: string | null): Json {
  return {
    physicalLocation: { artifactLocation: artifactJson(file), ...(region === null ? {} : { region }) },
    ...(task === null ? {} : { logicalLocations: [{ fullyQualifiedName: task, kind: 'resource' }] }),
  };
}

/** A file as an address; one that is not absolute lies under the directory of the run. */
function artifactJson(file: string): Json {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  const uri = file.split('/').map(encodeSegment).join('/');
  return { uri, uriBaseId: 'SRCROOT' };
}

/** A file name may have lone surrogates, which have no place in an address. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed());
}

function notificationJson(failure: DocumentError): Json {
  const { file, place, code, message, expected, got, advice } = failure;
  const point = place === null ? null : regionAt(place.line, place.column);
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: `${message}: expected ${expected}, got ${got}; ${advice}` },
    locations: [locationJson(file, point, null)],
  };
}

function regionAt(line: number, column: number): Region {
  return { startLine: line, startColumn: column, endLine: line, endColumn: column };
}

async function fixesJson(finding: ReportedFinding, document: ReportedDocument): Promise<Json> {
  const edits = finding.fix === undefined ? null : await document.editsOf(finding.fix);
  // What is moved may be a secret, which is not shown; blanked, it would be no fix.
  if (edits === null || edits.length === 0 || edits.some(({ text }) => document.hide(text) !== text)) return {};
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(document.source.bytes);
  return {
    fixes: [
      {
        description: { text: finding.hint === '' ? `mends ${finding.code}` : finding.hint },
        artifactChanges: [
          {
            artifactLocation: artifactJson(document.file),
            replacements: edits.map((edit) => replacementJson(text, edit)),
          },
        ],
      },
    ],
  };
}

function replacementJson(text: string, { offset, length, text: inserted }: TextEdit): Json {
  return {
    deletedRegion: regionBetween(text, offset, offset + length),
    ...(inserted === '' ? {} : { insertedContent: { text: inserted } }),
  };
}
