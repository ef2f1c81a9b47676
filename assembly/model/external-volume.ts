import { Located } from "./located";
import { Place } from "./source";
import { VolumeOption } from "./volume-option";

/** What Marathon judges of an external volume before an agent sees anything of it. */
// @ts-ignore: decorator
@unmanaged
export class ExternalVolume {
  provider: Located | null = null;
  /** As written, keys with their namespace, `dvdi/driver` as well. */
  readonly options: VolumeOption[] = [];
  /** Node of `size`, or `NONE`. */
  size: i32 = -1;
  mode: Located | null = null;
  /** Whether several apps and instances may have it. */
  isShared: bool = false;

  constructor(
    /** Whether Docker runs the container, not Mesos. */
    readonly isDocker: bool,
    /** Where something is missing from. */
    readonly place: Place,
  ) {}
}
