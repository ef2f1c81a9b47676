/** In the place of the service's worker: what it does stands in the document. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerOrder, WorkerReport, WorkerStart } from '../../host/admission/service/worker-messages.ts';

const { policy } = workerData as WorkerStart;
const report = (message: WorkerReport) => parentPort?.postMessage(message);

parentPort?.on('message', (order: WorkerOrder) => {
  if (order.type === 'configure') return;
  const text = Buffer.from(order.document).toString();
  switch (text) {
    case 'hang':
      for (;;);
    case 'throw':
      throw new Error('thrown by the script');
    case 'exit':
      process.exit(3);
      break;
    case 'fault':
      report({ type: 'failed', code: 'core-fault', message: 'the core failed: by the script' });
      break;
    default: {
      const pauseMs = /^wait (\d+)$/.exec(text)?.[1];
      const answer = () =>
        report({
          type: 'admitted',
          answer: new TextEncoder().encode(JSON.stringify({ echo: text })),
          summary: {
            ...{ kind: 'marathon-app', verdict: 'allow', codes: {}, errorCodes: [], isCut: false },
            ...{ documentSha256: '0'.repeat(64), policySha256: policy.sha256 },
          },
        });
      setTimeout(answer, Number(pauseMs ?? 0));
    }
  }
});

report({ type: 'ready' });
