import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Isolator } from '../../host/isolator/isolator.ts';
import { isGone } from '../support/launch.ts';
import { writeScript } from '../support/script-file.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { waitFor } from '../support/wait-for.ts';

const CHILD = fileURLToPath(new URL('../support/isolator-child.ts', import.meta.url));

const directory = useTemporaryDirectory();

test('whoever takes over from a killed isolator first ends the dvdcli that it has left at work', async () => {
  const started = `${directory.path}/started`;
  // It never ends by itself when it is asked to mount; what it starts is in a session of its own.
  const lines = ['[ "$1" = mount ] || exit 0', 'setsid sleep 600 &', `echo $! $$ > ${started}`, 'wait'];
  const dvdcli = await writeScript(`${directory.path}/dvdcli`, lines);
  const child = spawn(process.execPath, ['--no-warnings', CHILD, directory.path, 'dvdcli', 'c'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const pids = await waitFor('dvdcli to be at work', async () => {
    const text = await readFile(started, 'utf8').catch(() => '');
    return text.endsWith('\n') ? text.trim().split(' ').map(Number) : undefined;
  });
  child.kill('SIGKILL');
  await exited;
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
  await using isolator = await Isolator.create({
    stateDirectory: `${directory.path}/state`,
    policy: { transport: 'dvdcli', dvdcliPaths: [dvdcli] },
  });
  const { failures, plan } = await isolator.recover({ running: [], orphans: [] });
  expect({ failures, gone: plan.gone }).toEqual({ failures: [], gone: ['c'] });
  for (const pid of pids) await isGone(pid);
  expect(await isolator.list()).toMatchObject({ volumes: [], containers: [] });
}, 30_000);
