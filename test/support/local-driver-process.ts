/**
 * Runs the embedded volume driver as a process of its own, for tests that kill it: `node local-driver-process.ts
 * OPTIONS`, where OPTIONS is JSON. Prints one line when it serves, and ends well on SIGTERM.
 */
import { startLocalDriver } from '../../host/driver/local/local-driver.ts';

const driver = await startLocalDriver(JSON.parse(process.argv[2] ?? '{}'));
process.stdout.write(`${JSON.stringify(driver.sockets)}\n`);
process.once('SIGTERM', () => {
  driver.close().then(() => process.exit(0));
});
