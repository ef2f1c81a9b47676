/**
 * Runs the embedded volume driver as a process of its own, for tests that kill it: `node local-driver-process.ts
 * OPTIONS [log]`, where OPTIONS is JSON. Prints one line when it serves, its log to stderr when asked to, and ends well
 * on SIGTERM.
 */
import { startLocalDriver } from '../../host/driver/local/local-driver.ts';

const [, , options = '{}', log] = process.argv;
const driver = await startLocalDriver({
  ...JSON.parse(options),
  ...(log === undefined ? {} : { log: ({ message }) => process.stderr.write(`${message}\n`) }),
});
process.stdout.write(`${JSON.stringify(driver.sockets)}\n`);
process.once('SIGTERM', () => {
  driver.close().then(() => process.exit(0));
});
