import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { Presence } from "../model/ledger-mount";
import { LedgerState } from "../model/ledger-row";
import { quote } from "../model/quote";
import { RecoveredVolume } from "./recovered-volume";

/** What the ledger says, by the number of the state. */
const STATES: StaticArray<Text> = [
  "the ledger says that a mount was begun and not confirmed, ",
  "the ledger says that it is mounted, ",
  "the ledger says that a call of its driver ended without an answer, ",
  "the ledger says that an unmount was begun and not confirmed, ",
];

/** What the mount table says, by the number of the presence. */
const PRESENCES: StaticArray<Text> = [
  "its mount is in the mount table, ",
  "its mount is not in the mount table, ",
  "another mount is in its place, ",
];

/** Writes `reason`: what the ledger says, what the mount table says, who uses it. In parts, which take no memory. */
export function writeReason(writer: Writer, volume: RecoveredVolume, boot: Text): void {
  writer.key("reason");
  writer.beginString();
  writer.part(STATES[volume.row.state]);
  writer.part(mountPart(volume, boot));
  writeUsers(writer, volume);
  writer.endString();
}

function mountPart(volume: RecoveredVolume, boot: Text): Text {
  const row = volume.row;
  const mount = row.mount;
  if (mount === null) {
    if (row.state != LedgerState.Mounted) return "no mount of it is known, ";
    return "its mountpoint is a directory without a mount of its own, ";
  }
  if (row.presence == Presence.Missing && !mount.boot.equals(boot)) return "its mount ended with an earlier boot, ";
  return PRESENCES[row.presence];
}

function writeUsers(writer: Writer, volume: RecoveredVolume): void {
  if (volume.users == 0) {
    writer.part("nobody uses it");
    return;
  }
  writer.part("container ");
  writer.part(quote(volume.user));
  if (volume.users == 1) {
    writer.part(volume.isUserOrphan ? " uses it, an orphan" : " uses it");
    return;
  }
  writer.part(" and ");
  writer.part(decimal(volume.users - 1));
  writer.part(" more use it");
}
