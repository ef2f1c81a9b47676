import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of package.json: this code lies somewhere below it, bundled or as it was compiled. */
function findRoot(): string {
  for (let directory = import.meta.dirname; directory !== '/'; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory;
  }
  return import.meta.dirname;
}

const root = findRoot();

/** Absolute path of a file of the installed package, for example `build/dvdi.wasm`. */
export function packagePath(relative: string): string {
  return join(root, relative);
}
