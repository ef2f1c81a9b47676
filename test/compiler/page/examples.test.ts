import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExamples } from '../../../compiler/page/examples.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const write = (name: string, text: string) => writeFile(join(directory.path, name), text);

test('documents and policies with what the README says about them', async () => {
  await write(
    'README.md',
    '| [b.json](b.json) | shows `b` |\n| [policy.json](policy.json) | a policy |\n| [a.ts](a.ts) | x |\n',
  );
  await write('b.json', '{"b": 1}\n');
  await write('policy.json', '{}\n');
  await write('a.ts', '');
  expect(await readExamples(directory.path)).toEqual({
    documents: [{ name: 'b.json', title: 'shows b', text: '{"b": 1}\n' }],
    policies: [{ name: 'policy.json', title: 'a policy', text: '{}\n' }],
  });
});

test('one that the README does not name is refused', async () => {
  await write('README.md', '');
  await write('new.json', '{}');
  await expect(readExamples(directory.path)).rejects.toThrow('expected a line about new.json in the table');
});
