import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licences of all packages that are parts of a bundle, as those demand of whoever passes them on.
 * @param inputs paths of the bundle's sources, relative to the root
 */
export async function licencesOf(root: string, inputs: readonly string[]): Promise<string> {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const texts = await Promise.all([...packages].sort().map((directory) => licenceIn(join(root, directory))));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceIn(directory: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const file = (await readdir(directory)).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each));
  const text = file === undefined ? `Licence: ${license}\n` : await readFile(join(directory, file), 'utf8');
  return `${name} ${version}\n\n${text}`;
}
