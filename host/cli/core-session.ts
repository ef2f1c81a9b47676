import { readFileSync } from 'node:fs';
import { Core } from '../core/index.ts';
import { installedPath } from './installation.ts';

export async function loadCore(): Promise<Core> {
  return Core.load(readFileSync(installedPath('build/dvdi.wasm')));
}
