import { constants, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalDriverError } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { QUERY_TIMEOUT_MS, RELEASE_POLL_MS, RELEASE_TIMEOUT_MS } from './limits.ts';
import { runTool, type ToolPaths } from './tools.ts';

/** Whether images can be mounted on this machine, and if not, why. */
export type LoopDevices = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * Looks for a loop device that could be used, without using it, so that nothing can be left behind. In a container the
 * kernel may offer one that has no node under /dev: it must open, too.
 */
export async function findLoopDevices(tools: ToolPaths): Promise<LoopDevices> {
  try {
    const { output: device } = await runTool(tools.losetup, ['--find'], {
      purpose: 'find a free loop device',
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    const handle = await open(device, constants.O_RDWR);
    await handle.close();
    return { available: true };
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}

/**
 * Names the loop devices that hold an image, found by its inode. They show mounts in every mount namespace, also those
 * that the mount table of this process does not have.
 */
export async function loopDevicesOf(image: string, tools: ToolPaths): Promise<string[]> {
  const { output } = await runTool(tools.losetup, ['--associated', image, '--noheadings', '--output', 'NAME'], {
    purpose: `find the loop devices of ${image}`,
    timeoutMs: QUERY_TIMEOUT_MS,
  });
  return output === '' ? [] : output.split('\n').map((line) => line.trim());
}

/**
 * Waits for the kernel to let go of an image that is mounted nowhere in this namespace any more: it does so shortly
 * after the last unmount.
 *
 * @returns the loop devices that still hold it when the time is over; none when it is free
 */
export async function waitForRelease(image: string, tools: ToolPaths): Promise<string[]> {
  const deadline = performance.now() + RELEASE_TIMEOUT_MS;
  for (;;) {
    const devices = await loopDevicesOf(image, tools);
    if (devices.length === 0 || performance.now() >= deadline) return devices;
    await delay(RELEASE_POLL_MS);
  }
}

/** @throws {LocalDriverError} `volume-in-use` when a loop device holds the image */
export async function requireReleased(image: string, tools: ToolPaths): Promise<void> {
  const devices = await waitForRelease(image, tools);
  if (devices.length === 0) return;
  throw new LocalDriverError(
    'volume-in-use',
    `the volume's image is still held by ${devices.join(', ')}: a container or another mount namespace has it mounted; ` +
      'end what uses it first (`grep -l <the device> /proc/*/mountinfo` shows the processes)',
  );
}
