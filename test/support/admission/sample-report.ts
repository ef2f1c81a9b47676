import { DocumentError } from '../../../host/admission/documents/document-error.ts';
import type { Report, ReportedDocument, ReportedFinding } from '../../../host/admission/report.ts';
import { sampleFinding } from '../sample-plan.ts';

const source = '{\n  "id": "/web",\n  "env": {"DVDI_VOLUME_OPTS": "size,password=hunter2"}\n}\n';
const opts = source.indexOf('size');

const fields = (fingerprint: string, task: string | null): Pick<ReportedFinding, 'fingerprint' | 'task'> => ({
  fingerprint: fingerprint.padEnd(32, '0'),
  task,
});

const web: ReportedDocument = {
  file: 'apps/web.json',
  index: null,
  kind: 'marathon-app',
  detected: 'has id and cmd',
  verdict: 'deny',
  tasks: [{ id: '/web', pointer: '', verdict: 'deny', volumes: [{ driver: 'rexray', name: 'data', path: '/data' }] }],
  findings: [
    {
      ...sampleFinding({ line: 3, column: 32, offset: opts, length: 4, pointer: '/env/DVDI_VOLUME_OPTS' }),
      fix: [{ op: 'replace', path: '/env/DVDI_VOLUME_OPTS', value: 'size=5' }],
      ...fields('a1', '/web'),
    },
    {
      ...sampleFinding({ code: 'attribute-without-name', severity: 'warning', hint: '', pointer: '/env' }),
      ...{ line: 3, column: 11, offset: source.indexOf('{"DVDI'), length: 0, message: 'no name' },
      ...fields('a2', '/web'),
    },
    {
      ...sampleFinding({ severity: 'info', pointer: '', line: 1, column: 1, offset: 0, length: 0, message: 'old app' }),
      exception: { reason: 'moves in May', expires: '2027-05-31' },
      ...fields('a3', '/web'),
    },
  ],
  findingsLeftOut: 2,
  source: { name: 'apps/web.json', bytes: Buffer.from(source) },
  hide: (line) => line.replace('hunter2', '***'),
  editsOf: async () => [{ offset: opts, length: 'size,password=hunter2'.length, text: 'size=5' }],
};

/** Everything that could break out of a line, a field or an element of some format. */
export const HOSTILE = '\u001b[31m\u202e]]>\r\n::error file=x::y%0A%,:;# SKIP\\"\'<&\u0000\ufffe\ud800`---\n...';

const hostile: ReportedDocument = {
  ...web,
  file: `a,b:c%${HOSTILE}.json`,
  tasks: [
    { id: `/${HOSTILE}`, pointer: '', verdict: 'deny', volumes: [{ driver: HOSTILE, name: HOSTILE, path: null }] },
  ],
  findings: [
    {
      ...sampleFinding({ message: HOSTILE, hint: HOSTILE, pointer: `/env/${HOSTILE}`, line: 1, column: 1 }),
      ...{ offset: 0, length: 2 },
      ...fields('b1', `/${HOSTILE}`),
    },
    {
      ...sampleFinding({ severity: 'info', message: HOSTILE, line: null, column: null, offset: null, length: null }),
      exception: { reason: HOSTILE, expires: HOSTILE },
      ...fields('b2', null),
    },
  ],
  source: { name: `a,b:c%${HOSTILE}.json`, bytes: Buffer.from(`${HOSTILE}`) },
  editsOf: async () => null,
};

const { findingsLeftOut: _none, ...whole } = web;

const yaml: ReportedDocument = {
  ...whole,
  file: 'apps/two.yaml',
  index: 2,
  verdict: 'allow',
  tasks: [{ id: null, pointer: '', verdict: 'allow', volumes: [] }],
  findings: [],
  source: { name: 'apps/two.yaml', bytes: Buffer.from('a: 1\n---\nb: 2\n') },
};

const base: Report = {
  tool: { name: 'mesos-module-dvdi', version: '0.1.0', abi: '1.2' },
  now: '2026-11-24T00:00:00Z',
  policy: { name: 'policy.json', bytes: Buffer.from('{\n  "strickt": true\n}') },
  policyFindings: [],
  documents: [web, yaml],
  failures: [],
  verdict: 'deny',
  failOn: 'deny',
  since: null,
  rules: [
    {
      code: 'option-without-value',
      title: 'Option without a value',
      severity: 'error',
      strict: 'error',
      lowest: 'error',
      hint: 'Write k=v.',
    },
    {
      code: 'attribute-without-name',
      title: 'Attribute without a name',
      severity: 'warning',
      strict: 'error',
      lowest: 'off',
      hint: '',
    },
  ],
};

/** Two files, of which one has findings of each severity, and a third that could not be read. */
export const sampleReport: Report = {
  ...base,
  failures: [
    new DocumentError('the document is no YAML that stands for JSON', {
      ...{ code: 'document-yaml', file: 'apps/bad.yml', expected: 'YAML', got: 'a tab', advice: 'mend it' },
      place: { line: 4, column: 7 },
    }),
  ],
};

/** The same with texts that try to break each format, in every place that takes a text. */
export const hostileReport: Report = {
  ...base,
  policy: { name: HOSTILE, bytes: Buffer.from(HOSTILE) },
  policyFindings: [{ ...sampleFinding({ in: 'policy', message: HOSTILE, hint: HOSTILE }), ...fields('c1', null) }],
  documents: [hostile],
  failures: [
    new DocumentError(HOSTILE, {
      ...{ code: 'document-unreadable', file: HOSTILE, expected: HOSTILE, got: HOSTILE, advice: HOSTILE },
    }),
  ],
  since: { base: HOSTILE, known: 3 },
};

/** No document at all. */
export const emptyReport: Report = { ...base, documents: [], verdict: 'allow' };
