import { Text } from "../json/text";
import { Presence } from "../model/ledger-mount";
import { LedgerState, LedgerVolume } from "../model/ledger-row";
import { MountTable } from "../source/mount-table";

/** What has become of a volume. */
export const enum VolumeClass {
  InUse,
  Orphaned,
  Missing,
  Uncertain,
  Foreign,
}

/** Classes as the answer names them, by their number. */
export const CLASS_NAMES: StaticArray<Text> = ["in-use", "orphaned", "missing", "uncertain", "foreign"];

/**
 * Looks for the mount of a row. A row that knows of none counts as present: there is nothing to miss. A mount of an
 * earlier boot is gone, whatever has its id and its device now.
 */
export function presenceIn(mounts: MountTable, boot: Text, row: LedgerVolume): Presence {
  const mount = row.mount;
  if (mount === null || (mount.boot.equals(boot) && mounts.has(mount))) return Presence.Present;
  return mounts.hasPath(mount.path) ? Presence.Replaced : Presence.Missing;
}

/** Class of a volume whose presence is known. */
export function classOf(row: LedgerVolume, users: i32): VolumeClass {
  if (row.state != LedgerState.Mounted) return VolumeClass.Uncertain;
  if (row.presence == Presence.Missing) return VolumeClass.Missing;
  if (row.presence == Presence.Replaced) return VolumeClass.Foreign;
  return users > 0 ? VolumeClass.InUse : VolumeClass.Orphaned;
}
