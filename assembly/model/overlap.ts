import { Text } from "../json/text";
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
  ) {}
}
