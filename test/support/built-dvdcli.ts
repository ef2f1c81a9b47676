import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Our own dvdcli as it is installed. */
export const DVDCLI_PATH = join(import.meta.dirname, '../../build/host/cli/dvdcli.js');

/** Says what to do when it was not built; a test that needs it cannot pass without. */
export async function requireBuiltDvdcli(): Promise<string> {
  try {
    await access(DVDCLI_PATH, constants.X_OK);
  } catch (cause) {
    throw new Error(`${DVDCLI_PATH} is no executable file: run npm run build:host first`, { cause });
  }
  return DVDCLI_PATH;
}
