#pragma once

namespace dvdi {

/** What the exit code means, the same as for `dvdi` (docs/cli.md). */
enum class ExitCode {
  /** The command did what it was asked. */
  ok = 0,
  /** A finding refuses the document or the policy. */
  refused = 1,
  /** The command line cannot be understood, or a file that it names cannot be read. */
  usage = 2,
  /** The machine or a volume driver failed or lacks something. What had been done was undone. */
  machine = 3,
  /** Something could not be undone or released: volumes may still be mounted. */
  uncleaned = 4,
  /** A defect of ours: the core trapped or an assertion failed. */
  fault = 5,
  /** The container is prepared already, and from something else. Nothing was done. */
  conflict = 6,
};

}  // namespace dvdi
