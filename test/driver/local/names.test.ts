import fc from 'fast-check';
import { checkAgentName, checkDriverName, checkVolumeName, fileNameOf } from '../../../host/driver/local/names.ts';

describe('fileNameOf', () => {
  test.each(['testing', 'test12345', 'a.b_c-d', '0', 'x'.repeat(128)])('keeps the plain name %s', (name) => {
    expect(fileNameOf(name)).toBe(name);
  });

  test.each([
    ['VolXYZ', /^volxyz=[0-9a-f]{64}$/],
    ['../../etc/passwd', /^etc-passwd=[0-9a-f]{64}$/],
    ['..', /^=[0-9a-f]{64}$/],
    ['x'.repeat(129), /^x{64}=[0-9a-f]{64}$/],
  ])('hashes %s and keeps what is readable of it', (name, expected) => {
    expect(fileNameOf(name)).toMatch(expected);
  });

  test('never leaves its folder, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
        const file = fileNameOf(name);
        expect(file).toMatch(/^[a-z0-9=][a-z0-9._=-]*$/);
        expect(file.length).toBeLessThanOrEqual(129);
      }),
    );
  });

  test('gives two names two files, also where case or Unicode forms are folded', () => {
    const nearly = ['a', 'A', 'é', 'e\u0301', 'É', 'a/b', 'a-b', 'A-B', 'a b', 'ß', 'SS', 'ss', fileNameOf('A')];
    const folded = new Set(nearly.map((name) => fileNameOf(name).toLowerCase().normalize('NFKC')));
    expect(folded.size).toBe(nearly.length);
  });
});

describe('checkVolumeName', () => {
  test.each(['a', '../x', 'a/b', 'x'.repeat(255), `${'é'.repeat(127)}e`, '卷', ' '])('takes %j', (name) => {
    expect(checkVolumeName(name)).toBe(name);
  });

  test.each(['', 'x'.repeat(256), 'é'.repeat(128), 'a\0', 'a\x7f', 'a\x85', '\udfff'])('refuses %j', (name) => {
    expect(() => checkVolumeName(name)).toThrow(expect.objectContaining({ code: 'volume-name' }));
  });
});

describe('checkDriverName', () => {
  test.each(['rexray', 'platform1', 'A.b-c_d', 'x'.repeat(64)])('takes %s', (name) => {
    expect(checkDriverName(name)).toBe(name);
  });

  test.each(['', '.', '..', '.hidden', 'rexray/ebs', '../x', 'a b', 'x'.repeat(65), 'a\n'])('refuses %j', (name) => {
    expect(() => checkDriverName(name)).toThrow(expect.objectContaining({ code: 'driver-name' }));
  });
});

test.each(['', '.', '../a', 'a/b', 'a b', '-a', 'a,b', 'x'.repeat(65)])('%j is no name of an agent', (name) => {
  expect(() => checkAgentName(name)).toThrow(expect.objectContaining({ code: 'agent-name' }));
});

test.each(['default', 'A', 'node-1.example_org', 'x'.repeat(64)])('%j is the name of an agent', (name) => {
  expect(checkAgentName(name)).toBe(name);
});
