/** Fields of the original's message `emccode.isolator.mount.ExternalMount`, by their numbers. */
export const enum CheckpointField {
  Container = 1,
  Driver,
  Name,
  Mountpoint,
  Options,
  Path,
  Dvdcli,
  /** A bool; all others are strings. */
  ExplicitCreate,
}

/** The only field of `ExternalMountList`: its rows. */
export const LIST_MOUNT: i32 = 1;
