/** Which containers have a path at or under each directory. A look-up costs the same however many there are. */
export class PathIndex {
  readonly #byDirectory = new Map<string, { total: number; readonly of: Map<string, number> }>();

  add(path: string, container: string): void {
    for (const directory of directoriesAbove(path)) {
      let users = this.#byDirectory.get(directory);
      if (users === undefined) {
        users = { total: 0, of: new Map() };
        this.#byDirectory.set(directory, users);
      }
      users.total += 1;
      users.of.set(container, (users.of.get(container) ?? 0) + 1);
    }
  }

  remove(path: string, container: string): void {
    for (const directory of directoriesAbove(path)) {
      const users = this.#byDirectory.get(directory);
      const own = users?.of.get(container);
      if (users === undefined || own === undefined) continue;
      users.total -= 1;
      if (own === 1) users.of.delete(container);
      else users.of.set(container, own - 1);
      if (users.total === 0) this.#byDirectory.delete(directory);
    }
  }

  /** How many paths of other containers are at or under a directory. */
  countOthers(directory: string, container: string): number {
    const users = this.#byDirectory.get(directory);
    return users === undefined ? 0 : users.total - (users.of.get(container) ?? 0);
  }
}

/** The path itself and every directory above it, `/` last. */
export function* directoriesAbove(path: string): Generator<string> {
  for (let end = path.length; end > 1; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end);
  yield '/';
}
