import fc from 'fast-check';
import { printableText } from '../../host/system/printable-text.ts';
import { createRedactor } from '../../host/system/redaction.ts';
import { spellingsOf } from '../../host/system/secret-spellings.ts';
import { nativeAnswers } from '../support/native.ts';

/** Everything that a spelling or a quote changes, and what has several bytes or code units. */
const characters = fc.constantFrom(...('aB1 "\'\\`<>&%+=:,*-_.~!()/\n\t\u0001äß€😀'.match(/./gsu) ?? []));
const word = fc.string({ unit: characters, minLength: 0, maxLength: 8 });
const option = fc.record({ key: word, value: word, secret: fc.boolean() });

/** Texts that a driver might answer with: a secret in some spelling between other words, whole or cut. */
const sample = fc.array(option, { maxLength: 4 }).chain((options) => {
  const spellings = options.flatMap(({ key, value }) => [
    ...[value, printableText(value)].flatMap(spellingsOf),
    ...[`${key}=${value}`, `"${key}": "${value}"`, `'${value}'`, JSON.stringify({ [key]: value })],
    printableText(value.repeat(3), Math.max(1, value.length)),
  ]);
  const piece = spellings.length === 0 ? word : fc.oneof(word, fc.constantFrom(...spellings));
  const texts = fc.array(
    fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
    { maxLength: 4 },
  );
  return fc.record({ options: fc.constant(options), texts });
});

test('the C++ host takes out exactly what the Node host does', () => {
  const samples = fc.sample(sample, { numRuns: 1500, seed: 20261124 });
  const documents = samples.map(({ options, texts }) => ({
    container: texts[0] ?? 'c',
    requests: [{ name: texts[1] ?? 'n', options }],
    findings: texts.map((message) => ({ code: message, message })),
  }));
  const answers = nativeAnswers(
    samples.map(({ texts }, index) => ({
      name: 'redact',
      first: JSON.stringify(documents[index]),
      second: JSON.stringify(texts),
    })),
  );
  const expected = samples.map(({ texts }, index) => {
    const redactor = createRedactor(documents[index]);
    return JSON.stringify({
      hasSecrets: redactor.hasSecrets,
      texts: texts.map(redactor.text),
      document: redactor.document(documents[index]),
    });
  });
  expect(answers.map((answer) => answer.toString())).toEqual(expected);
  // The samples are worth something: most have a secret, and many a text that changes.
  expect(expected.filter((each) => each.includes('***')).length).toBeGreaterThan(700);
});
