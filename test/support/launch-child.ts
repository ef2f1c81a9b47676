/** Starts the task that its argument describes, prints its process id, and waits for it: to be killed by a test. */
import { startTask } from '../../host/isolator/launcher.ts';

const task = await startTask(JSON.parse(process.argv[2] ?? ''));
console.log(task.pid);
await task.wait();
