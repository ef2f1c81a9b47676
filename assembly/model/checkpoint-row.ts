import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { CONTAINER_ID_MAX_BYTES, NAME_MAX_BYTES, PATH_MAX_BYTES } from "../limits";
import { refusedCharacter } from "./characters";
import { Transport } from "./ledger-row";
import { isAbsolute, normalise, parentSegment } from "./path";
import { isDriverName } from "./plugin-reference";

/** One mount of the original's checkpoint. */
export class CheckpointRow {
  constructor(
    readonly container: Text,
    readonly driver: Text,
    readonly name: Text,
    /** null when it is not known. */
    readonly mountpoint: Text | null,
    /** Options as the OPTS variable has them, each of them sound. */
    readonly options: Text,
    /** Container path; null when the volume was mounted on the machine only. */
    readonly path: Text | null,
    readonly transport: Transport,
    readonly isExplicitCreate: bool,
  ) {}
}

/** What is wrong with a row, as what was expected in its place; null when it can be trusted. */
export function problemOf(container: Text, driver: Text, name: Text, mountpoint: Text, path: Text): Text | null {
  if (!isName(container, CONTAINER_ID_MAX_BYTES)) {
    return "a container id of 1 to " + decimal(CONTAINER_ID_MAX_BYTES) + " bytes, without control characters";
  }
  if (!isName(driver, NAME_MAX_BYTES) || !isDriverName(driver)) return "the name of a driver";
  if (!isName(name, NAME_MAX_BYTES)) {
    return "a volume's name of 1 to " + decimal(NAME_MAX_BYTES) + " bytes, without control characters";
  }
  if (!isPlace(mountpoint) || normalise(mountpoint).equals("/")) {
    return "no mountpoint, or an absolute one without '..', not /";
  }
  return isPlace(path) ? null : "no container path, or an absolute one without '..'";
}

function isName(text: Text, lengthMax: i32): bool {
  return text.length > 0 && text.length <= lengthMax && refusedCharacter(text, false) < 0;
}

// Empty is none.
function isPlace(path: Text): bool {
  if (path.length == 0) return true;
  if (path.length > PATH_MAX_BYTES || refusedCharacter(path, false) >= 0) return false;
  return isAbsolute(path) && parentSegment(path) < 0;
}
