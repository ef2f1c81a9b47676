import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Call it at the top of a test file or a `describe`: each test gets a fresh directory, which is gone after it. */
export function useTemporaryDirectory(): { readonly path: string } {
  const directory = { path: '' };
  beforeEach(async () => {
    directory.path = await mkdtemp(join(tmpdir(), 'dvdi-test-'));
  });
  afterEach(async () => {
    await rm(directory.path, { recursive: true });
  });
  return directory;
}
