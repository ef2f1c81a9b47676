// A fresh process that makes the core ready once, and tells how long that took. Reading the file is not counted.
import { readFile } from 'node:fs/promises';
import { Core } from '../../host/core/index.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { smallApp } from '../documents.ts';

const wasm = await readFile(packagePath('build/dvdi.wasm'));
const { bytes } = smallApp();
const startMs = performance.now();
const core = await Core.load(wasm);
const loadedMs = performance.now();
core.inspectBytes(0, bytes);
const inspectedMs = performance.now();
process.stdout.write(JSON.stringify({ loadMs: loadedMs - startMs, firstInspectMs: inspectedMs - loadedMs }));
