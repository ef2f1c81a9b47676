import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { Parser } from 'tap-parser';
import { validateXML } from 'xmllint-wasm';
import type { Report } from '../../../host/admission/report.ts';
import { loadReporter, reportFormats } from '../../../host/admission/reporters/index.ts';
import { outputFormats } from '../../../host/cli/admit/admit-options.ts';
import { createPalette } from '../../../host/system/palette.ts';
import { emptyReport, HOSTILE, hostileReport, sampleReport } from '../../support/admission/sample-report.ts';

const reports: Readonly<Record<string, Report>> = { sample: sampleReport, hostile: hostileReport, empty: emptyReport };

async function render(format: string, report: Report, colored = false): Promise<string> {
  const reporter = await loadReporter(format);
  if (reporter === null) throw new Error(`there is no reporter for ${format}`);
  return reporter(report, { palette: createPalette(colored), columns: 100 });
}

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');

const all = reportFormats.flatMap((format) => Object.keys(reports).map((name) => [format, name] as const));

test('the command line offers every reporter', () => {
  expect([...outputFormats].sort()).toEqual([...reportFormats].sort());
});

test('there is no reporter with another name', async () => {
  expect(await loadReporter('xml')).toBeNull();
  expect(await loadReporter('constructor')).toBeNull();
});

test.each(all)('%s of the %s report is, to the byte, as it was looked at', async (format, name) => {
  expect(`${await render(format, reports[name] as Report)}\n`).toBe(golden(`${name}.${format}`));
});

test.each(all)('%s of the %s report has no character that a terminal acts on, and no secret', async (format, name) => {
  const text = await render(format, reports[name] as Report);
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(text).not.toContain('hunter2');
});

test('text has colours on a terminal that has them', async () => {
  expect(await render('text', sampleReport, true)).toContain('\u001b[');
});

test('text begins each finding with file, line and column', async () => {
  const lines = (await render('text', sampleReport)).split('\n').filter((line) => /^\S/u.test(line));
  expect(lines.slice(0, 3).map((line) => line.split(' ')[0])).toEqual([
    ...['apps/web.json:3:32:', 'apps/web.json:3:11:', 'apps/web.json:1:1:'],
  ]);
});

describe.each(Object.keys(reports))('of the %s report', (name) => {
  const report = reports[name] as Report;

  test('json is one document', async () => {
    const { verdict, documents } = JSON.parse(await render('json', report));
    expect({ verdict, count: documents.length }).toEqual({ verdict: report.verdict, count: report.documents.length });
  });

  test('ndjson is one document a line', async () => {
    const types = (await render('ndjson', report)).split('\n').map((line) => JSON.parse(line).type);
    const count = (items: readonly unknown[], type: string): string[] => items.map(() => type);
    expect(types).toEqual([
      ...['run', ...count(report.documents, 'document'), ...count(report.failures, 'failure'), 'summary'],
    ]);
  });

  test('sarif is valid by the schema of SARIF 2.1.0', async () => {
    const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
    const validate = ajv.compile(schema);
    const sarif = JSON.parse(await render('sarif', report));
    expect({ isValid: validate(sarif), errors: validate.errors }).toEqual({ isValid: true, errors: null });
  });

  test('junit is valid by what Jenkins and GitLab read', async () => {
    const schema = readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8');
    const result = await validateXML({
      xml: [{ fileName: 'report.xml', contents: await render('junit', report) }],
      schema: [{ fileName: 'junit.xsd', contents: schema }],
    });
    expect(result.errors.map(({ message }) => message)).toEqual([]);
  });

  test('tap is read by a parser of TAP 14 without a complaint, each point as what it is', async () => {
    const parser = new Parser({ strict: true });
    const complaints: string[] = [];
    const points: boolean[] = [];
    parser.on('extra', (text: string) => complaints.push(text));
    parser.on('assert', (point: { ok: boolean; skip?: unknown; todo?: unknown }) => {
      if (point.skip || point.todo) complaints.push('a directive');
      points.push(point.ok);
    });
    const ended = new Promise<void>((resolve) => parser.on('complete', () => resolve()));
    parser.end(`${await render('tap', report)}\n`);
    await ended;
    expect(complaints).toEqual([]);
    expect(points).toHaveLength(report.documents.length + report.failures.length + report.policyFindings.length);
    expect(points.filter((isOk) => !isOk)).toHaveLength({ sample: 2, hostile: 3, empty: 0 }[name] ?? -1);
  });

  test('github is nothing but workflow commands, each with its own properties', async () => {
    const text = await render('github', report);
    for (const line of text === '' ? [] : text.split('\n')) {
      expect(line).toMatch(/^::(?:error|warning|notice) (?:[a-zA-Z]+=[^:,]*)(?:,[a-zA-Z]+=[^:,]*)*::/u);
    }
    const count = report.documents.flatMap(({ findings }) => findings).length;
    const lines = text === '' ? 0 : text.split('\n').length;
    expect(lines).toBe(count + report.failures.length + report.policyFindings.length);
  });

  test('the table has a row for each task, document or failure', async () => {
    const rows = (await render('table', report)).split('\n').slice(1);
    const policy = Math.min(1, report.policyFindings.length);
    expect(rows.length).toBeGreaterThanOrEqual(report.documents.length + report.failures.length + policy);
  });
});

test('with --fail-on warn a warning fails a test point', async () => {
  const report: Report = { ...sampleReport, failOn: 'warn', failures: [] };
  const [document] = report.documents;
  if (document === undefined) throw new Error('there is no document');
  const findings = document.findings.filter(({ severity }) => severity === 'warning');
  const warned = { ...report, documents: [{ ...document, findings }] };
  expect(await render('tap', warned)).toContain('\nnot ok 1');
  expect(await render('tap', { ...warned, failOn: 'deny' })).toContain('\nok 1');
});

test('a fix whose text would show a secret is left out of sarif', async () => {
  const [document] = sampleReport.documents;
  if (document === undefined) throw new Error('there is no document');
  const secret = { ...document, editsOf: async () => [{ offset: 0, length: 1, text: 'password=hunter2' }] };
  const sarif = await render('sarif', { ...sampleReport, documents: [secret] });
  expect(sarif).not.toContain('hunter2');
  expect(sarif).not.toContain('"fixes"');
});

test('the hostile text is as hostile as it says', () => {
  for (const piece of [']]>', '::error', '\u001b', '\n', '%', '# SKIP', '<', '"']) expect(HOSTILE).toContain(piece);
});
