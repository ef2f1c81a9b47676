import { readFileSync } from 'node:fs';
import { Core, type Finding, type Plan, type Verdict } from '../../host/core/index.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { type TaskWorld, taskWorld } from '../support/admission/task-worlds.ts';
import { Random, seedFrom } from '../support/random.ts';

const seed = seedFrom('DVDI_ADMIT_SEED');
const count = Math.max(100_000, Number(process.env.DVDI_ADMIT_DOCUMENTS ?? 0));
const TIMEOUT_MS = 300_000;

/** What `admit` alone says: of tasks beside each other, and of what will happen to them. */
const BEFORE_SUBMITTING = ['volume-claimed-twice', 'single-writer-instances', 'single-writer-upgrade', 'path-on-agent'];

const HEADER = { container: 'db.1', kind: 0, ledger: { volumes: [] } };

/** What is an error, without its place and the app's name, which are others in another document. */
function errorsOf(findings: readonly Finding[]): string[] {
  const errors = findings.filter(({ severity, code }) => severity === 'error' && !BEFORE_SUBMITTING.includes(code));
  return errors.map(({ code, message }) => `${code}: ${message.replace(/ \(here [^)]*\)/, '')}`).sort();
}

/** What admit says of the app, and what is wrong with it; null when both of an agent's documents get the same. */
function judge(core: Core, { policy, app, container }: TaskWorld): { verdict: Verdict; problem: string | null } {
  if (core.configure(policy).verdict === 'deny') throw new Error(`the policy is not accepted: ${policy}`);
  const { verdict, findings } = core.admit({ kind: 0, now: null }, app);
  const expected = errorsOf(findings);
  const complaints = [app, container].map((document) => complaint(core.prepare(HEADER, document), expected));
  if (verdict !== 'deny' && expected.length > 0) complaints.push('it has errors, and is not denied');
  return { verdict, problem: complaints.find((each) => each !== null) ?? null };
}

function complaint(plan: Plan, expected: readonly string[]): string | null {
  const got = errorsOf(plan.findings);
  if (JSON.stringify(got) !== JSON.stringify(expected)) return `admit: ${expected}; prepare: ${got}`;
  if ((plan.verdict === 'deny') !== got.length > 0) return `a verdict of ${plan.verdict} with ${got.length} errors`;
  return plan.verdict === 'deny' && plan.steps.length > 0 ? 'it is refused, and has steps' : null;
}

test(
  `what admit says of ${count} documents, prepare does (DVDI_ADMIT_SEED=${seed})`,
  async () => {
    const core = await Core.load(readFileSync(packagePath('build/dvdi.wasm')));
    const random = new Random(seed);
    const verdicts = { allow: 0, warn: 0, deny: 0 };
    for (let round = 0; round < count; round++) {
      const world = taskWorld(random);
      const { verdict, problem } = judge(core, world);
      if (problem !== null) throw new Error(`document ${round}: ${problem}\n${JSON.stringify(world, null, 2)}`);
      verdicts[verdict] += 1;
    }
    // Each verdict is seen often, or the property says little.
    for (const seen of Object.values(verdicts)) expect(seen).toBeGreaterThan(count / 50);
  },
  TIMEOUT_MS,
);
