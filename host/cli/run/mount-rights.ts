import { CliError } from '../cli-error.ts';
import { lackingCapabilities } from '../doctor/rights.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * Looks before anything is done whether this process may mount.
 * @throws {CliError} `cli-rights`
 */
export async function requireMountRights(): Promise<void> {
  const lacking = await lackingCapabilities();
  if (lacking.length === 0) return;
  throw new CliError('the rights to mount volumes are missing', {
    code: 'cli-rights',
    expected: 'to be root, with the capabilities to mount and to change users',
    got: `user id ${process.geteuid?.() ?? 'unknown'}, without ${lacking.map(({ name }) => name).join(', ')}`,
    advice: 'run it as root: sudo dvdi run …; `dvdi doctor` says more',
    exitCode: exitCodes.machine,
  });
}
