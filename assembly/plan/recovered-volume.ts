import { Text } from "../json/text";
import { LedgerVolume } from "../model/ledger-row";
import { NO_STEP } from "../model/step";
import { VolumeClass } from "./volume-class";

/** What `recover` says of one volume. */
export class RecoveredVolume {
  volumeClass: VolumeClass = VolumeClass.Uncertain;
  /** How many containers that run or are orphans claim it. */
  users: i32 = 0;
  /** The first of them. */
  user: Text = "";
  isUserOrphan: bool = false;
  /** The step that unmounts it, or `NO_STEP`. */
  step: i32 = NO_STEP;

  constructor(readonly row: LedgerVolume) {}
}
