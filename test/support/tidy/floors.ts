import { circles, type Import, importGraph } from './imports.ts';
import type { Complaint, Tree } from './tree.ts';

/** A part of the house: the files below `folder`, and which other parts each of its own may import. */
export interface Building {
  readonly folder: string;
  /** From the ground up; what stands side by side on one floor may import what is below it. */
  readonly floors: readonly (readonly string[])[];
  /** Parts that may not import the ones beside them on their floor. */
  readonly apart?: readonly string[];
}

/** design.md, "Layout". A name is a folder's, or a file's without its ending. */
export const CORE: Building = {
  folder: 'assembly',
  floors: [['limits'], ['json', 'abi', 'protobuf'], ['model'], ['source', 'rules'], ['admit'], ['plan'], ['index']],
};

export const HOST: Building = {
  folder: 'host',
  floors: [['system', 'core'], ['driver', 'admission'], ['isolator'], ['cli', 'index']],
  apart: ['system', 'core'],
};

/** Imports that go up, and parts that stand on no floor. */
export function upwardImports(tree: Tree, building: Building): Complaint[] {
  const complaints: Complaint[] = [];
  for (const { from, to, specifier } of importGraph(tree, sourcesOf(building))) {
    if (to === null) continue;
    const own = partOf(building, from);
    const other = partOf(building, to);
    const floor = floorOf(building, own);
    if (floor < 0) complaints.push(`${from}: ${own} has no floor`);
    else if (other === null) complaints.push(`${from}: imports ${specifier}, outside of ${building.folder}/`);
    else if (own !== other && floorOf(building, other) > floor) {
      complaints.push(`${from}: imports ${specifier}, from ${own} up to ${other}`);
    } else if (own !== other && own !== null && building.apart?.includes(own) && floorOf(building, other) === floor) {
      complaints.push(`${from}: imports ${specifier}, from ${own} over to ${other}`);
    }
  }
  return complaints;
}

/** Circles between the parts of a building, and between its files. Imports of types alone make no circle of files. */
export function importCircles(tree: Tree, building: Building): Complaint[] {
  const imports = importGraph(tree, sourcesOf(building)).filter(({ to }) => to !== null);
  const parts = edges(imports, (path) => partOf(building, path) ?? '');
  const files = edges(
    imports.filter(({ typeOnly }) => !typeOnly),
    (path) => path,
  );
  return [...circles(parts), ...circles(files)].map((circle) => `${[...circle, circle[0]].join(' → ')}: a circle`);
}

/** `host/core` serves the browser too: no Node API, no package that needs one. */
export function nodeImports(tree: Tree, allowedPackages: readonly string[]): Complaint[] {
  return importGraph(tree, /^host\/core\/.*\.ts$/)
    .filter(({ specifier }) => !specifier.startsWith('.') && !allowedPackages.includes(specifier))
    .map(({ from, specifier }) => `${from}: imports ${specifier}; host/core runs in a browser too`);
}

function edges(imports: readonly Import[], nodeOf: (path: string) => string): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const own = nodeOf(from);
    const other = nodeOf(to ?? '');
    if (own === other) continue;
    result.set(own, (result.get(own) ?? new Set()).add(other));
  }
  return result;
}

function sourcesOf(building: Building): RegExp {
  return new RegExp(`^${building.folder}/.*\\.ts$`);
}

/** Folder below the building, or name of a file right in it; null outside. */
function partOf(building: Building, path: string): string | null {
  const [folder, part] = path.split('/');
  return folder === building.folder && part !== undefined ? part.replace(/\.ts$/, '') : null;
}

function floorOf(building: Building, part: string | null): number {
  return building.floors.findIndex((floor) => part !== null && floor.includes(part));
}
