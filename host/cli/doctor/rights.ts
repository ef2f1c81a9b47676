import { readFile } from 'node:fs/promises';
import type { Check } from './check.ts';
import { check } from './check.ts';

/** Bits of /proc/PID/status `CapEff` (capabilities(7)) and what we need each for. */
const capabilities = [
  { bit: 0, name: 'CAP_CHOWN', use: 'to give a volume the owner of its container path' },
  { bit: 1, name: 'CAP_DAC_OVERRIDE', use: 'to make directories anywhere' },
  { bit: 6, name: 'CAP_SETGID', use: 'to start the task with the groups of its user' },
  { bit: 7, name: 'CAP_SETUID', use: 'to start the task as its user' },
  { bit: 21, name: 'CAP_SYS_ADMIN', use: 'to mount and to make mount namespaces' },
] as const;

/** What of the needed capabilities this process does not have. */
export async function lackingCapabilities(): Promise<readonly { readonly name: string; readonly use: string }[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? '0'}`);
  return capabilities.filter(({ bit }) => ((effective >> BigInt(bit)) & 1n) === 0n);
}

/** Whether this process may mount, change owners and start tasks as other users. */
export async function checkRights(): Promise<Check[]> {
  const lacking = await lackingCapabilities();
  const who = `user id ${process.geteuid?.() ?? 'unknown'}`;
  if (lacking.length === 0) return [check('rights', 'rights', `${who}, all capabilities that are needed`)];
  const found = `${who}, without ${lacking.map(({ name, use }) => `${name} (${use})`).join(', ')}`;
  return [check('rights', 'rights', found, ['missing', 'run as root: sudo dvdi …'])];
}
