#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before any other module of ours is loaded: saves a third of the start-up time from the second run on.
enableCompileCache();

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
