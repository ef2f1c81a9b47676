import { allocateText } from "../json/bytes";
import { Text } from "../json/text";
import { LedgerMount } from "../model/ledger-mount";
import { NameSet } from "./name-set";

/** What a question leaves in a set, and what a line of the table does. */
const ASKED: i32 = 0;
const SEEN: i32 = 1;

/** The lines of a machine's mount table. All of them are added before the first question. */
export class MountTable {
  private readonly paths: NameSet = new NameSet();
  private readonly mounts: NameSet = new NameSet();

  add(path: Text, id: i32, device: Text): void {
    this.paths.add(SEEN, path);
    this.mounts.add(SEEN, identity(path, id, device));
  }

  /** True when the mount is at its path, on top or below others. */
  has(mount: LedgerMount): bool {
    return this.mounts.add(ASKED, identity(mount.path, mount.id, mount.device)) == SEEN;
  }

  /** True when any mount is at a path. */
  hasPath(path: Text): bool {
    return this.paths.add(ASKED, path) == SEEN;
  }
}

// The id in four bytes, then the device up to a slash that it cannot have, then the path.
function identity(path: Text, id: i32, device: Text): Text {
  const head = <usize>device.length + 4;
  const start = allocateText(head + <usize>path.length);
  store<i32>(start, id);
  memory.copy(start + 4, device.start, <usize>device.length);
  memory.copy(start + head, path.start, <usize>path.length);
  return new Text(start, <i32>head + path.length);
}
