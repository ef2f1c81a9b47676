import { RawCore } from '../support/raw-core.ts';
import { answerToTopicCase, expectedOfTopicCase, readTopicCases } from '../support/topic-case.ts';

const cases = readTopicCases('checkpoint');
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

test.each(cases.map((each) => [`${each.topic}/${each.name}`, each] as const))('%s', (_, each) => {
  const call = each.topic === 'export' ? 'exportCheckpoint' : 'importCheckpoint';
  expect(answerToTopicCase(core, call, each)).toEqual(expectedOfTopicCase(each));
});

test('each case has a name of its own', () => {
  const names = cases.map(({ topic, name }) => `${topic}/${name}`);
  expect(new Set(names).size).toBe(names.length);
});
