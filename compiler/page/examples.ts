import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Examples } from '../../host/admission/page/examples.ts';

/** A line of the table in examples/README.md: `| [name](name) | what it shows |`. */
const LINE = /^\| \[(?<name>[\w.-]+)\]\([\w.-]+\) \| (?<title>.+) \|$/gm;

/** The documents and policies right in examples/, each with what the README there says about it. */
export async function readExamples(directory: string): Promise<Examples> {
  const readme = await readFile(join(directory, 'README.md'), 'utf8');
  const titles = new Map([...readme.matchAll(LINE)].map(({ groups }) => [groups?.name, groups?.title]));
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  const examples = await Promise.all(
    names.map(async (name) => {
      const title = titles.get(name);
      if (title === undefined) throw new Error(`expected a line about ${name} in the table of examples/README.md`);
      return { name, title: title.replaceAll('`', ''), text: await readFile(join(directory, name), 'utf8') };
    }),
  );
  const isPolicy = ({ name }: { name: string }) => /^policy\b/.test(name);
  return {
    documents: examples.filter((example) => !isPolicy(example)),
    policies: examples.filter(isPolicy),
  };
}
