#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Where only the owner of this installation can write: the usual place, in /tmp, is anybody's.
enableCompileCache(`${import.meta.dirname}/../../.compile-cache`);

const { main } = await import('./criteo/main.ts');
process.exitCode = await main('prepare', process.argv.slice(2));
