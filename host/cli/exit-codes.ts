/**
 * What the exit code of `dvdi` means; docs/cli.md has the same table and a test holds the two together.
 *
 * `dvdi run` answers with the task's own code, so that its own failures need codes that a task hardly takes. They are
 * the same numbers moved up by {@link runOffset}: 121 to 125 lie above what programs use for themselves and below 126
 * and 127 (a shell that cannot execute, or find, the command) and 128 + n (ended by signal n), as `env`, `timeout` and
 * `docker run` have it.
 */
export const exitCodes = {
  /** The command did what it was asked. */
  ok: 0,
  /** A finding refuses the document or the policy, or an asked-for thing is not known or in use. */
  refused: 1,
  /** The command line cannot be understood, or a file that it names cannot be read. */
  usage: 2,
  /** The machine or a volume driver failed or lacks something. What had been done was undone. */
  machine: 3,
  /** Something could not be undone or released: volumes may still be mounted. */
  uncleaned: 4,
  /** A defect of ours: the core trapped or an assertion failed. */
  fault: 5,
  /** The container is prepared already, and from something else. Nothing was done. */
  conflict: 6,
} as const;

/** One of the plain exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Added to every plain code but 0 when it is `dvdi run` that fails and not its task. */
export const runOffset = 120;

/** The code that `dvdi run` ends with when it fails itself; a conflict is a refusal there, since 126 is the shells'. */
export function runExitCode(code: ExitCode): number {
  if (code === exitCodes.ok) return code;
  return (code === exitCodes.conflict ? exitCodes.refused : code) + runOffset;
}

/** For `dvdi --help`: one line a code. */
export const exitCodeLines: readonly string[] = [
  '0  done',
  '1  refused by a finding, not known (explain, release), or in use (release)',
  '2  usage: the command line, or a file it names, cannot be read',
  '3  the machine or a volume driver failed or lacks something; all was undone',
  '4  something could not be undone or released',
  '5  a defect of dvdi itself',
  '6  the container is prepared already, from another document or policy',
  'run ends with the code of its task, 128 + n when signal n ended the task,',
  'and 121 to 125 for the codes 1 to 5 above when dvdi itself failed (121 for 6)',
];
