import { chmod, chown, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { reportError } from '../../host/cli/error-report.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { PlanFailedError } from '../../host/isolator/isolator-error.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { run } from '../../host/system/process.ts';
import { writeDvdcli } from '../support/dvdcli-script.ts';
import { runTask, shell } from '../support/launch.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const SECRET = 'hunter2-secret';
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

/** An isolator whose one dvdcli really mounts, then does `answer`; and a document for one volume. */
async function setUp(answer: readonly string[], policy: Record<string, unknown> = {}) {
  const dvdcli = await writeDvdcli(guard.directory, answer);
  const events: IsolatorEvent[] = [];
  const isolator = await Isolator.create({
    policy: { transport: 'dvdcli', dvdcliPaths: [dvdcli.executable], mountTimeoutMs: 2_000, ...policy },
    onEvent: (event) => void events.push(event),
  });
  const document = JSON.stringify({
    DVDI_VOLUME_NAME: 'one',
    DVDI_VOLUME_OPTS: `password=${SECRET}`,
    DVDI_VOLUME_CONTAINERPATH: under('/target'),
  });
  return { isolator, document, events, dvdcli };
}

async function failureOf(promise: Promise<unknown>): Promise<PlanFailedError> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlanFailedError);
  return error as PlanFailedError;
}

describe('a driver that has mounted, and then', () => {
  test.each([
    ['exits with 1', ['echo "$at"', 'exit 1'], 'driver-refused'],
    ['prints help', ['echo "Usage: dvdcli mount [flags]"', 'echo "  --volumename"'], 'driver-answer'],
    ['says nothing', [':'], 'driver-answer'],
    ['prints two lines', ['echo "$at"', 'echo "$at"'], 'driver-answer'],
    ['prints a relative path', ['echo volumes/one'], 'driver-answer'],
    ['prints /', ['echo /'], 'driver-answer'],
    ['prints 10 MB', ['head -c 10000000 /dev/zero'], 'driver-answer'],
    ['hangs', ['sleep 60'], 'driver-timeout'],
    ['kills itself', ['kill -KILL $$'], 'driver-crashed'],
    ['names a file', ['echo "$at/file"; : > "$at/file"'], 'mountpoint-unusable'],
    [
      'names a link that anybody may have planted',
      ['ln -s / "$at/../../link"; echo "$(dirname "$(dirname "$at")")/link"'],
      'mountpoint-unusable',
    ],
    ['names a path with dots', ['echo "$at/../one"'], 'mountpoint-invalid'],
    ['names the root by a link of the kernel', ['echo /proc/1/root'], 'mountpoint-invalid'],
    ['names a directory of the kernel', ['echo /proc/1'], 'mountpoint-invalid'],
    ['names a device directory', ['echo /dev/shm'], 'mountpoint-invalid'],
    ['names /sys by a link', ['echo /proc/1/root/sys/fs'], 'mountpoint-invalid'],
  ])('%s: it is undone, and nothing is left', async (_title, answer, code) => {
    const before = await mountLines();
    const { isolator, document, events } = await setUp(answer);
    const error = await failureOf(isolator.prepare('c', document));
    expect(error.failures.map(({ phase, cause }) => [phase, (cause as { code: string }).code])).toEqual([['do', code]]);
    expect(await mountLines()).toEqual(before);
    expect(await readdir(under('/volumes'))).toEqual([]);
    expect(await readdir(guard.directory)).not.toContain('target');
    // The plan holds the secret for the driver; what failed must not repeat it.
    const told = events.flatMap((event) => (event.type === 'step-failed' ? [reportError(event.error)] : []));
    expect(JSON.stringify([told, reportError(error)])).not.toContain(SECRET);
  });
});

describe('secrets', () => {
  test.each([
    [
      'on stderr, at the cut of the excerpt',
      ['for w; do echo "$w" >&2; done; head -c 990 /dev/zero | tr "\\0" y >&2; exit 1'],
    ],
    ['on stdout, at the cut of the excerpt', [`head -c 190 /dev/zero | tr "\\0" x; echo ${SECRET}; echo`]],
    ['as the mountpoint', [`mkdir -p "$at/${SECRET}" && echo "$at/${SECRET}/none"`]],
  ])('that a driver repeats are in no error: %s', async (_title, answer) => {
    const { isolator, document } = await setUp(answer);
    const report = JSON.stringify(reportError(await failureOf(isolator.prepare('c', document))));
    expect(report).not.toContain(SECRET.slice(0, 6));
    expect(report).not.toContain(SECRET.slice(-6));
  });
});

describe("the policy's mountRoots", () => {
  test('count for the place that a link leads to, not for its name', async () => {
    // Only root can have planted this one, so it is followed; where it leads is what counts.
    const root = `/run/dvdi-test-${process.pid}`;
    await mkdir(root, { mode: 0o755 });
    try {
      await symlink('/usr', `${root}/usr`);
      await symlink(root, `${root}-alias`);
      const { isolator, document } = await setUp([`echo ${root}/usr/share`], { mountRoots: [root] });
      const error = await failureOf(isolator.prepare('c', document));
      expect(error.failures[0]?.cause).toMatchObject({ code: 'mountpoint-outside' });
      await mkdir(`${root}/volume`);
      const alias = await Isolator.create({
        policy: { transport: 'plugin', mountRoots: [`${root}-alias`] },
        drivers: {
          plugin: {
            mount: async () => `${root}-alias/volume`,
            unmount: async () => undefined,
            mountpointOf: async () => `${root}-alias/volume`,
          },
        },
      });
      await alias.prepare('c', '{"DVDI_VOLUME_NAME":"one"}');
      await alias.cleanup('c');
    } finally {
      await run('/bin/rm', ['-r', root, `${root}-alias`], LIMITS);
    }
  });
});

describe('a mountpoint that changes between the check and the bind', () => {
  test('is not bound', async () => {
    const { isolator, document, dvdcli } = await setUp(['echo "$at"']);
    const { launch } = await isolator.prepare('c', document);
    await run('/bin/mount', ['-t', 'tmpfs', 'other', dvdcli.pathOf('one')], LIMITS);
    await expect(runTask(shell('true'), { launch })).rejects.toMatchObject({
      code: 'launch-bind',
      cause: { code: 'directory-replaced' },
    });
    await run('/bin/umount', [dvdcli.pathOf('one')], LIMITS);
    await isolator.cleanup('c');
  });

  test('owner and mode go to the volume that was checked, or nowhere', async () => {
    const { isolator, document, dvdcli } = await setUp(['echo "$at"']);
    await mkdir(under('/target'));
    await chmod(under('/target'), 0o1777);
    await chown(under('/target'), 65534, 65534);
    await isolator.prepare('c', document);
    const { uid, gid, mode } = await stat(dvdcli.pathOf('one'));
    expect([uid, gid, (mode & 0o7777).toString(8)]).toEqual([65534, 65534, '1777']);
    expect((await stat('/')).uid).toBe(0);
    await isolator.cleanup('c');
    expect(await readdir(guard.directory)).toContain('target');
    await writeFile(under('/target/still'), '');
  });
});
