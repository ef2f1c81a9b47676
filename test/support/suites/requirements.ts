import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A program that the tests start, and the Debian package it comes in. */
interface Program {
  readonly name: string;
  readonly debianPackage: string;
}

/** The Makefile (`TEST_PACKAGES`) installs the same packages; test/suites/requirements.test.ts compares them. */
export const PROGRAMS: readonly Program[] = [
  { name: 'unshare', debianPackage: 'util-linux' },
  { name: 'mkfs.ext4', debianPackage: 'e2fsprogs' },
  { name: 'mkfs.xfs', debianPackage: 'xfsprogs' },
  { name: 'rclone', debianPackage: 'rclone' },
  { name: 'fusermount3', debianPackage: 'fuse3' },
  { name: 'openssl', debianPackage: 'openssl' },
  { name: 'script', debianPackage: 'bsdutils' },
  { name: 'bash', debianPackage: 'bash' },
  { name: 'zsh', debianPackage: 'zsh' },
  { name: 'fish', debianPackage: 'fish' },
  { name: 'chromium', debianPackage: 'chromium' },
];

/** What the check of the machine looks at. */
export interface Machine {
  /** Effective user id. */
  readonly userId: number;
  /** `PATH`. */
  readonly searchPath: string;
  /** Device files to look for, in a test another directory than the machine's own. */
  readonly devices: readonly string[];
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  return {
    userId: process.geteuid?.() ?? -1,
    searchPath: process.env.PATH ?? '',
    devices: ['/dev/loop-control', '/dev/fuse'],
  };
}

/**
 * Says what the machine lacks to run every test, one sentence each; empty when nothing is missing.
 * A test whose ground is missing is never left out silently, so all of it is required.
 */
export async function missingRequirements(machine: Machine): Promise<string[]> {
  const missing: string[] = [];
  if (machine.userId !== 0) {
    missing.push(
      'root: a good part of the tests mounts real filesystems, in a mount namespace of its own. ' +
        'Run `sudo make test`, or `npm run test:unit` for the tests that need no root.',
    );
  }
  for (const program of PROGRAMS) {
    if (!(await isOnPath(program.name, machine.searchPath))) {
      missing.push(`the program ${program.name}: install the Debian package ${program.debianPackage}.`);
    }
  }
  for (const device of machine.devices) {
    if (!(await isThere(device, constants.F_OK))) {
      missing.push(`the device ${device}: the kernel or the container this runs in does not offer it.`);
    }
  }
  return missing;
}

/** Debian keeps `mkfs.*` in directories that only root has on its PATH. */
async function isOnPath(name: string, searchPath: string): Promise<boolean> {
  const directories = [...searchPath.split(delimiter), '/usr/sbin', '/sbin'].filter((directory) => directory !== '');
  const found = await Promise.all(directories.map((directory) => isThere(join(directory, name), constants.X_OK)));
  return found.includes(true);
}

async function isThere(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
