import type { FindingsView } from '../../host/admission/finding-text.ts';
import { countFindings, renderFinding, renderFindings } from '../../host/admission/finding-text.ts';
import { createPalette } from '../../host/system/palette.ts';
import { createRedactor } from '../../host/system/redaction.ts';
import { sampleFinding } from '../support/sample-plan.ts';

function view(document: string, fields: Partial<FindingsView> = {}): FindingsView {
  return {
    document: { name: 'app.json', bytes: Buffer.from(document) },
    policy: null,
    palette: createPalette(false),
    columns: 100,
    redact: (text) => text,
    redactSource: fields.redact ?? ((line) => line),
    ...fields,
  };
}

test('a finding is printed as compilers do, with its source line, a caret under it and its hint', () => {
  const document = '{\n  "DVDI_VOLUME_OPTS": "size,iops=1"\n}';
  const finding = sampleFinding({ line: 2, column: 24, length: 4 });
  expect(renderFinding(finding, view(document))).toBe(
    [
      'app.json:2:24: error: expected KEY=VALUE, got "size" [option-without-value]',
      '      "DVDI_VOLUME_OPTS": "size,iops=1"',
      '                           ^^^^',
      '    hint: write size=5',
    ].join('\n'),
  );
});

test('a finding without a place is one line and its hint', () => {
  const finding = sampleFinding({ in: 'request', line: null, column: null, length: null, hint: '' });
  expect(renderFinding(finding, view('{}'))).toBe(
    'request: error: expected KEY=VALUE, got "size" [option-without-value]',
  );
});

test('a finding about the policy shows the policy', () => {
  const policy = { name: 'policy.json', bytes: Buffer.from('{"strickt":true}') };
  const text = renderFinding(sampleFinding({ in: 'policy', column: 2, length: 9 }), view('document', { policy }));
  expect(text).toContain('policy.json:1:2: error');
  expect(text).toContain('    {"strickt":true}\n     ^^^^^^^^^');
});

test.each([
  ['wide characters', '{"名前":"x"}', 7, 1, '    {"名前":"x"}\n            ^'],
  ['combining characters', '{"e\u0301":"x"}', 7, 1, '    {"e\u0301":"x"}\n         ^'],
  ['astral characters', '{"😀":"x"}', 7, 1, '    {"😀":"x"}\n          ^'],
  ['escaped characters', '{"\u001b":"x"}', 6, 1, '    {"\\x1b":"x"}\n            ^'],
  ['the end of the line', '{"a":', 6, 0, '    {"a":\n         ^'],
])('the caret stands right after %s', (_name, document, column, length, expected) => {
  expect(renderFinding(sampleFinding({ column, length }), view(document))).toContain(expected);
});

test('of a long line the part around the place is shown, within the width', () => {
  const document = `{"a":"${'x'.repeat(500_000)}","b":size,"c":"${'y'.repeat(500_000)}"}`;
  const column = document.indexOf('size') + 1;
  const lines = renderFinding(sampleFinding({ column, length: 4 }), view(document)).split('\n');
  const [, source = '', marker = ''] = lines;
  expect(source.length).toBeLessThanOrEqual(100);
  expect(source.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1)).toBe('size');
  expect(source.trim().at(0)).toBe('…');
  expect(source.at(-1)).toBe('…');
});

test('a place outside the document shows no line', () => {
  expect(renderFinding(sampleFinding({ line: 9 }), view('{}')).split('\n')).toHaveLength(2);
});

test('nothing hostile of document, message or file name reaches the terminal raw', () => {
  const hostile = '\u001b]0;owned\u0007\u202e\r\n';
  const finding = sampleFinding({ message: `got ${hostile}`, hint: hostile, column: 3 });
  const text = renderFinding(
    finding,
    view(`{"${hostile}`, { document: { name: hostile, bytes: Buffer.from(hostile) } }),
  );
  expect(text).not.toMatch(/[^\P{C}\n]/u);
});

test('a secret is blanked in message and source line, and the caret moves with it', () => {
  const document = '{"DVDI_VOLUME_OPTS": "password=hunter2,size"}';
  const redactor = createRedactor({ options: [{ key: 'password', value: 'hunter2', secret: true }] });
  const finding = sampleFinding({ column: document.indexOf('size') + 1, length: 4, message: 'near password=hunter2' });
  const text = renderFinding(finding, view(document, { redact: (line) => redactor.text(line) }));
  expect(text).not.toContain('hunter2');
  const [, source = '', marker = ''] = text.split('\n');
  expect(source.slice(marker.indexOf('^')).startsWith('size')).toBe(true);
});

test('a secret that the place lies in the middle of is blanked as well', () => {
  const document = '{"DVDI_VOLUME_OPTS": "password=hunter2"}';
  const redactor = createRedactor({ options: [{ key: 'password', value: 'hunter2', secret: true }] });
  const finding = sampleFinding({ column: document.indexOf('ter2') + 1, length: 2 });
  const text = renderFinding(finding, view(document, { redact: (line) => redactor.text(line) }));
  expect(text).not.toMatch(/hun|ter2/u);
});

test('a secret that the cut of a long line lies in the middle of is blanked as well', () => {
  const secret = 'hunter2'.repeat(200);
  const redactor = createRedactor({ options: [{ key: 'password', value: secret, secret: true }] });
  for (const gap of [0, 1_000, 1_990, 2_000, 2_010]) {
    const document = `password=${secret}${' '.repeat(gap)}size`;
    const finding = sampleFinding({ column: document.indexOf('size') + 1, length: 4 });
    const text = renderFinding(finding, view(document, { redact: (line) => redactor.text(line) }));
    expect(text).not.toContain('hunter');
  }
});

test('findings are counted at the end', () => {
  const findings = [
    sampleFinding({}),
    sampleFinding({}),
    sampleFinding({ severity: 'warning' }),
    sampleFinding({ severity: 'info' }),
  ];
  expect(countFindings(findings)).toBe('2 errors, 1 warning, 1 remark');
  expect(renderFindings(findings, view('{}')).endsWith('\n2 errors, 1 warning, 1 remark')).toBe(true);
  expect(renderFindings([], view('{}'))).toBe('');
});
