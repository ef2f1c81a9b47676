import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCoverageCore } from '../support/core.ts';
import { codesOf, readInspectCases } from '../support/inspect-case.ts';
import { readPlanCases } from '../support/plan-case.ts';

/** Rules about a host's own request and its ledger: only `prepare` and `cleanup` can break them. */
const PLAN_RULES = ['volume-in-use', 'volume-case', 'options-ignored', 'request-invalid', 'json-too-many-values'];

const inspectCases = readInspectCases();
const planCases = [...(await readPlanCases('prepare')), ...(await readPlanCases('cleanup'))];
const core = await loadCoverageCore();
const codes = core.describe().rules.map(({ code }) => code);
