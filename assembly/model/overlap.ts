import { Text } from "../json/text";
import { Fix } from "./fix";
import { Place } from "./source";

/** Why an upgrade has the old and the new task run at the same time. */
// @ts-ignore: decorator
@unmanaged
export class Overlap {
  constructor(
    /** The field of `upgradeStrategy` that makes it so. */
    readonly field: Text,
    readonly got: Text,
    /** Whether Marathon itself refuses it of an app with external volumes. */
    readonly isRefused: bool,
    readonly place: Place,
    /** Sets both capacities to 0; null where that takes more than one step. */
    readonly fix: Fix | null,
  ) {}
}
