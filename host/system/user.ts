import { run } from './process.ts';
import { ProcessError } from './process-error.ts';

const LIMITS = { timeoutMs: 10_000, outputMaxBytes: 65_536 };

/** What a process needs to become a user. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, the primary one among them. */
  readonly groups: readonly number[];
}

/** A user that this machine does not know. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code = 'user-unknown';
  /** As the document has it: never print it raw to a terminal. */
  readonly user: string;

  constructor(user: string, cause: unknown) {
    super(`expected a user of this machine, got ${JSON.stringify(user)}; add the user, or name another`, { cause });
    this.user = user;
  }
}

/**
 * Looks a user up in all databases that the machine has (nsswitch.conf(5)), by name or by number.
 * @throws {UserError | ProcessError}
 */
export async function lookUpUser(user: string): Promise<UserIds> {
  const [name, , uid, gid] = (await ask('/usr/bin/getent', ['passwd', '--', user], user)).split(':');
  if (name === undefined || !isNumber(uid) || !isNumber(gid)) throw new UserError(user, null);
  const groups = (await ask('/usr/bin/id', ['-G', '--', name], user)).trim().split(' ');
  return { uid: Number(uid), gid: Number(gid), groups: groups.filter(isNumber).map(Number) };
}

async function ask(executable: string, argv: readonly string[], user: string): Promise<string> {
  if (user === '' || user.includes('\0')) throw new UserError(user, null);
  try {
    return (await run(executable, argv, LIMITS)).stdout.toString();
  } catch (error) {
    if (error instanceof ProcessError && error.code === 'process-exit') throw new UserError(user, error);
    throw error;
  }
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text);
}
