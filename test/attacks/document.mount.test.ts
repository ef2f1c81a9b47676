import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Isolator } from '../../host/isolator/isolator.ts';
import { dvdi } from '../support/cli.ts';
import { writeDvdcli } from '../support/dvdcli-script.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { dvdiAgent } from '../support/native.ts';
import { writeScript } from '../support/script-file.ts';
import { writeApp } from '../support/served-driver.ts';
import { startSwapAttack } from '../support/swap-attack.ts';
import { createTmpfsDriver } from '../support/tmpfs-driver.ts';

const guard = guardMounts();

function under(path: string): string {
  return join(guard.directory, path);
}

describe('shell text in a variable is never run', () => {
  const shellTexts = (file: string) => [
    `$(touch ${file})`,
    `\`touch ${file}\``,
    `; touch ${file} #`,
    `x\ntouch ${file}`,
  ];

  test.each([
    'DVDI_VOLUME_NAME',
    'DVDI_VOLUME_DRIVER',
    'DVDI_VOLUME_OPTS',
    'DVDI_VOLUME_CONTAINERPATH',
    'DVDI_VOLUME_DVDCLI',
    'DVDI_VOLUME_EXPLICITCREATE',
  ])('%s', async (variable) => {
    const dvdcli = await writeDvdcli(guard.directory, ['echo "$at"']);
    for (const characters of ['seed', 'printable']) {
      const policy = { transport: 'dvdcli', dvdcliPaths: [dvdcli.executable], characters };
      const isolator = await Isolator.create({ policy });
      for (const text of shellTexts(under('owned'))) {
        const value =
          { DVDI_VOLUME_OPTS: `key=${text}`, DVDI_VOLUME_CONTAINERPATH: under(`path${text}`) }[variable] ?? text;
        const document = JSON.stringify({ DVDI_VOLUME_NAME: 'one', [variable]: value });
        // Refused, or passed on as one word: both are fine, as long as nothing runs it.
        await isolator.prepare('c', document).catch(() => undefined);
        await isolator.cleanup('c');
      }
    }
    expect(existsSync(under('owned'))).toBe(false);
  });
});

test('a dvdcli of the task’s own is refused, and not run', async () => {
  const script = await writeScript(under('own'), [`touch ${under('owned')}`, 'echo /tmp']);
  for (const path of [script, '/usr/bin/../../bin/sh', '/bin/sh', 'dvdcli']) {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_DVDCLI: path });
    const { exitCode, stderr } = await dvdi(['run', app]);
    expect(exitCode).toBe(121);
    expect(stderr).toContain('[dvdcli-not-allowed]');
  }
  expect(existsSync(under('owned'))).toBe(false);
});

test.each(['/tmp/../etc', '/tmp/a/../../etc', '/tmp/..'])('%s is not under /tmp', async (path) => {
  const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_CONTAINERPATH: path });
  const { exitCode, stderr } = await dvdi(['run', app]);
  expect(exitCode).toBe(121);
  expect(stderr).toContain('[path-parent]');
});

test('hostile text reaches neither the terminal of run nor its events raw', async () => {
  const hostile = '\u001b]0;owned\u0007\u202e\u009b31m';
  const fields = {
    DVDI_VOLUME_NAME: hostile,
    [`DVDI_VOLUME_NAME${hostile}`]: hostile,
    DVDI_VOLUME_DRIVER: `a${hostile}`,
  };
  const app = await writeApp(guard.directory, hostile, fields);
  for (const words of [['run'], ['run', '--json']]) {
    const { exitCode, stdout, stderr } = await dvdi([...words, app]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 121, stdout: '' });
    expect(stderr).not.toMatch(/[^\P{C}\n]/u);
  }
});

test('a path that is swapped for a link all the time never leads a directory or a bind outside', async () => {
  await Promise.all([mkdir(under('swapped')), mkdir(under('outside')), mkdir(under('volumes'))]);
  const isolator = await Isolator.create({
    policy: { transport: 'plugin' },
    drivers: { plugin: createTmpfsDriver(under('volumes')) },
  });
  const path = under('swapped/deep/er');
  const document = JSON.stringify({ DVDI_VOLUME_NAME: 'one', DVDI_VOLUME_CONTAINERPATH: path });
  const attack = await startSwapAttack(under('swapped'), under('outside'));
  const outcomes = { prepared: 0, refused: 0 };
  try {
    for (let round = 0; round < 60; round += 1) {
      await isolator.prepare('c', document).then(
        () => (outcomes.prepared += 1),
        () => (outcomes.refused += 1),
      );
      await isolator.cleanup('c');
      expect(await readdir(under('outside'))).toEqual([]);
    }
  } finally {
    await attack.stop();
  }
  expect(outcomes.refused).toBeGreaterThan(0);
  expect(await readdir(under('volumes'))).toEqual([]);
}, 60_000);

test('nor does it lead dvdi-agent outside, which makes directories on fds of its own', async () => {
  await Promise.all([mkdir(under('swapped')), mkdir(under('outside'))]);
  const dvdcli = await writeDvdcli(guard.directory, ['echo "$at"']);
  const policy = under('policy.json');
  await writeFile(policy, JSON.stringify({ transport: 'dvdcli', dvdcliPaths: [dvdcli.executable] }));
  const fields = {
    DVDI_VOLUME_NAME: 'one',
    DVDI_VOLUME_DVDCLI: dvdcli.executable,
    DVDI_VOLUME_CONTAINERPATH: under('swapped/deep/er'),
  };
  await writeFile(under('document.json'), JSON.stringify(fields));
  const options = ['--state-dir', under('state'), '--policy', policy];
  const attack = await startSwapAttack(under('swapped'), under('outside'));
  const refusals = new Set<string>();
  try {
    for (let round = 0; round < 60; round += 1) {
      const { exitCode, stdout } = await dvdiAgent(['prepare', ...options, 'c', under('document.json')]);
      if (exitCode !== 0) refusals.add(stdout);
      await dvdiAgent(['cleanup', ...options, 'c']);
      expect(await readdir(under('outside'))).toEqual([]);
    }
  } finally {
    await attack.stop();
  }
  // Each was refused for the swaps, and for nothing else.
  for (const refusal of refusals) expect(refusal).toContain('"directory-');
  expect(refusals.size).toBeGreaterThan(0);
  expect(await readdir(under('volumes'))).toEqual([]);
}, 120_000);
