/** The thread that judges documents: a core of its own, one order at a time. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Core } from '../../core/index.ts';
import { summarize } from './admission-summary.ts';
import type { Policy, WorkerOrder, WorkerReport, WorkerStart } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('expected to be started as a worker thread');

const { module, policy: first } = workerData as WorkerStart;
const core = await Core.load(module);
let policySha256 = configure(first);

/** The main thread had the same bytes accepted by the same core: a refusal here is a defect and ends the thread. */
function configure(policy: Policy): string {
  if (core.configure(policy.bytes).verdict === 'deny') throw new Error('a policy that was accepted is refused');
  return policy.sha256;
}

function admit({ kind, now, document }: Extract<WorkerOrder, { type: 'admit' }>): WorkerReport {
  // The core's answers share a buffer: this one gets its own, which is handed over without a copy.
  const answer = core.admitBytes({ kind, now }, document).slice();
  const documentSha256 = createHash('sha256').update(document).digest('hex');
  return { type: 'admitted', answer, summary: { ...summarize(answer), documentSha256, policySha256 } };
}

function report(message: WorkerReport): void {
  port?.postMessage(message, message.type === 'admitted' ? [message.answer.buffer as ArrayBuffer] : []);
}

port.on('message', (order: WorkerOrder) => {
  if (order.type === 'configure') {
    policySha256 = configure(order.policy);
    return;
  }
  try {
    report(admit(order));
  } catch (error) {
    // The core has replaced its instance already; the next order finds a fresh one.
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    report({ type: 'failed', code: typeof code === 'string' ? code : 'internal', message: String(message) });
  }
});

report({ type: 'ready' });
