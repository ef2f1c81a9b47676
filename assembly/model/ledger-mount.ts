import { Text } from "../json/text";
import { Writer } from "../json/writer";

/** The mount that a volume's mountpoint lay on, right after the driver had mounted it. */
export class LedgerMount {
  constructor(
    /** Where its root is. */
    readonly path: Text,
    /** The kernel's id of it, used again once it is gone. */
    readonly id: i32,
    /** `major:minor`; tells it apart from a later mount with the same id. */
    readonly device: Text,
    /** The boot of the machine in which it was seen. */
    readonly boot: Text,
  ) {}
}

/** Writes `mount`. */
export function writeMount(writer: Writer, mount: LedgerMount | null): void {
  writer.key("mount");
  if (mount === null) {
    writer.null();
    return;
  }
  writer.beginObject();
  writer.key("path");
  writer.text(mount.path);
  writer.key("id");
  writer.integer(mount.id);
  writer.key("device");
  writer.text(mount.device);
  writer.key("boot");
  writer.text(mount.boot);
  writer.endObject();
}

/** Whether a mount is still where the ledger says. */
export const enum Presence {
  /** Or nobody looked. */
  Present,
  Missing,
  /** Another mount is in its place. */
  Replaced,
}

/** Number of a name, in the order of `Presence`; -1 for any other text. */
export function presenceOf(name: Text): i32 {
  if (name.equals("present")) return Presence.Present;
  if (name.equals("missing")) return Presence.Missing;
  return name.equals("replaced") ? Presence.Replaced : -1;
}
