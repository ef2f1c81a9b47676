/** Writes build/policy.schema.json from what build/dvdi.wasm says of itself: `npm run build:schema`. */
import { readFileSync, writeFileSync } from 'node:fs';

import { Core } from '../host/core/index.ts';
import { policySchema } from '../host/core/policy-schema.ts';

const core = await Core.load(readFileSync('build/dvdi.wasm'));
writeFileSync('build/policy.schema.json', `${JSON.stringify(policySchema(core.describe()), null, 2)}\n`);
