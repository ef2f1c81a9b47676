import { Core } from '../core/index.ts';
import { readInstalled } from './installation.ts';

/**
 * Starts the core of this installation, with the default policy.
 * @throws {CliError} `cli-installation` when its file is missing
 * @throws {CoreError} `core-abi` when it is no core that this host can speak to
 */
export async function loadCore(): Promise<Core> {
  return Core.load(readInstalled('build/dvdi.wasm'));
}
