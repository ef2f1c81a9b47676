import { RawCore } from '../support/raw-core.ts';
import { answerToTopicCase, readTopicCases } from '../support/topic-case.ts';

const cases = readTopicCases('recover');
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

test.each(cases.map((each) => [`${each.topic}/${each.name}`, each] as const))('%s', (_, each) => {
  expect(answerToTopicCase(core, 'recover', each)).toEqual(each.expected);
});

test('each case has a name of its own, and says what is compared', () => {
  const names = cases.map(({ topic, name }) => `${topic}/${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(
    cases.filter(({ expected }) => !['verdict', 'gone', 'volumes', 'steps'].every((key) => key in expected)),
  ).toEqual([]);
});

test('every class of a volume has its cases', () => {
  const volumes = cases.flatMap(({ expected }) => expected.volumes as { class: string }[]);
  const classes = new Set(volumes.map((volume) => volume.class));
  expect([...classes].sort()).toEqual(['foreign', 'in-use', 'missing', 'orphaned', 'uncertain']);
});
