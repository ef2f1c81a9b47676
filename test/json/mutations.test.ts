import { isDeepStrictEqual } from 'node:util';
import { firstError } from '../support/json/first-error.ts';
import { mutant } from '../support/json/mutate.ts';
import { lineAndColumn, readWithV8 } from '../support/json/oracle.ts';
import { ERRORS, JsonProbe, parsedValue, type Reading, stringsOf } from '../support/json/probe.ts';
import { Random, seedFrom } from '../support/random.ts';
import { ACCEPT, bytesOf, CHOICE, REJECT } from './corpus.ts';

/** Every so many mutants are also read by a build with counters and have the place of their error checked. */
const PLACE_EVERY = 10;

const seed = seedFrom('DVDI_JSON_SEED');
/** Of every run; `DVDI_JSON_MUTATIONS` asks for more. */
const count = Math.max(200_000, Number(process.env.DVDI_JSON_MUTATIONS ?? 0));

/** A document as the core will really get it, small enough to be mutated often in the places that matter. */
const DOCUMENT = `{
  "id": "/hello-play", "cmd": "while true; do sleep 5; done", "instances": 1, "mem": 32.5,
  "env": {"DVDI_VOLUME_NAME": "testing", "DVDI_VOLUME_OPTS": "size=5,iops=150", "DVDI_VOLUME_CONTAINERPATH": "/tmp/é"},
  "container": {"volumes": [{"external": {"name": "a\\u002fb", "options": {"dvdi/driver": "rexray"}}, "mode": null}]}
}`;

/** Short texts only: a mutation of a long one mostly changes what does not matter. */
function seedTexts(): Uint8Array[] {
  // More good texts than bad ones: most mutations break what they touch.
  const texts = [...ACCEPT, ...ACCEPT, ...ACCEPT, ...REJECT].map(([, text]) => bytesOf(text));
  const choices = CHOICE.map((choice) => bytesOf(choice.text));
  const documents = Array.from({ length: 20 }, () => bytesOf(DOCUMENT));
  return [...texts, ...choices, ...documents].filter((text) => text.length <= 700);
}

/** Says in words what is wrong with a reading; null when it is what V8 and the limits ask for. */
function complaint(text: Uint8Array, reading: Reading): string | null {
  const expected = readWithV8(text);
  if ('value' in reading) {
    if (expected === null) return 'the core reads it, V8 does not';
    if (!isDeepStrictEqual(parsedValue(reading.value), expected.value)) return 'the values differ';
    const wrong = [...stringsOf(reading.value)].find(([resolved, written]) => resolved !== written.toWellFormed());
    return wrong === undefined ? null : `a string differs: ${JSON.stringify(wrong)}`;
  }
  if (ERRORS[reading.error] === 'depth') {
    const brackets = text.filter((byte) => byte === 0x5b || byte === 0x7b).length;
    return brackets > 64 ? null : 'the core finds it nested too deep, and it is not';
  }
  return expected === null ? null : `V8 reads it, the core does not: ${JSON.stringify(reading)}`;
}

function placeComplaint(text: Uint8Array, reading: Reading): string | null {
  if ('value' in reading || ERRORS[reading.error] === 'depth') return null;
  const found = { kind: ERRORS[reading.error], offset: reading.offset };
  const expected = firstError(text);
  if (!isDeepStrictEqual(found, expected)) return `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  const place = { line: reading.line, column: reading.column };
  const right = lineAndColumn(text, reading.offset);
  return isDeepStrictEqual(place, right) ? null : `${JSON.stringify(place)} instead of ${JSON.stringify(right)}`;
}

test(`${count} mutations, as V8 reads them, with the place of what is wrong (DVDI_JSON_SEED=${seed})`, async () => {
  const [shipping, counting] = await Promise.all([JsonProbe.load(), JsonProbe.loadCounting()]);
  const random = new Random(seed);
  const seeds = seedTexts();
  let accepted = 0;
  for (let round = 0; round < count; round++) {
    const text = mutant(seeds, random);
    const where = () => `mutation ${round} of DVDI_JSON_SEED=${seed}, bytes ${Buffer.from(text).toString('hex')}`;
    let reading: Reading;
    try {
      reading = shipping.read(text);
    } catch (error) {
      throw new Error(`the core trapped: ${where()}`, { cause: error });
    }
    if ('value' in reading) accepted++;
    const problem = complaint(text, reading);
    if (problem !== null) throw new Error(`${problem}: ${where()}`);
    if (round % PLACE_EVERY === 0) {
      if (!isDeepStrictEqual(counting.read(text), reading))
        throw new Error(`the build with counters differs: ${where()}`);
      const misplaced = placeComplaint(text, reading);
      if (misplaced !== null) throw new Error(`${misplaced}: ${where()}`);
    }
  }
  // Both sides of the border are reached, or the mutations are no good.
  expect(accepted / count).toBeGreaterThan(0.1);
  expect(accepted / count).toBeLessThan(0.9);
}, 300_000);

test('the same seed gives the same mutants, another seed others', () => {
  const mutants = (from: number) => {
    const random = new Random(from);
    return Array.from({ length: 50 }, () => Buffer.from(mutant(seedTexts(), random)).toString('hex'));
  };
  expect(mutants(7)).toEqual(mutants(7));
  expect(mutants(7)).not.toEqual(mutants(8));
});
