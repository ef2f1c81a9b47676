import { loadCore } from '../core-session.ts';
import type { Check } from './check.ts';
import { check } from './check.ts';

const nodeMajorMin = 24;

/** The core, and the Node that carries it. */
export async function checkCore(): Promise<Check[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const node = check(
    'node',
    'Node',
    process.versions.node,
    major >= nodeMajorMin ? undefined : ['missing', `install Node ${nodeMajorMin} or later`],
  );
  try {
    const { name, version, abi } = (await loadCore()).describe();
    return [node, check('core', 'core', `${name} ${version}, ABI ${abi}`)];
  } catch (error) {
    return [node, check('core', 'core', (error as Error).message, ['missing', 'install again, or run `make build`'])];
  }
}
