import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { waitFor } from './wait-for.ts';

/** A process in a mount namespace of its own, which keeps every mount that is there now, as a container does. */
export interface NamespaceHolder {
  readonly pid: number | undefined;
  end(): Promise<void>;
}

/** @param mark path of a file that the process makes once it is in its namespace. */
export async function holdMounts(mark: string): Promise<NamespaceHolder> {
  const script = `: > ${mark}; exec /usr/bin/sleep 600`;
  const child = spawn('/usr/bin/unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', script]);
  const gone = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  try {
    await waitFor('the namespace', () => (existsSync(mark) ? true : undefined));
  } catch (error) {
    await end();
    throw error;
  }
  return { pid: child.pid, end };
}
