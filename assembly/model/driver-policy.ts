import { Text } from "../json/text";
import { TransportKind } from "./transport-kind";

/** What the policy asks of one option of a driver's volumes. */
// @ts-ignore: decorator
@unmanaged
export class OptionPolicy {
  /** Bounds in decimal digits without a zero in front; null for none. */
  min: Text | null = null;
  max: Text | null = null;
  /** The values that there may be; null for any. */
  oneOf: Text[] | null = null;
  required: bool = false;

  constructor(readonly key: Text) {}
}

/** What the policy says about one driver. */
// @ts-ignore: decorator
@unmanaged
export class DriverPolicy {
  allow: bool = true;
  options: OptionPolicy[] | null = null;
  sharing: bool = false;
  hasSharing: bool = false;
  transport: TransportKind = TransportKind.Plugin;
  hasTransport: bool = false;

  constructor(readonly driver: Text) {}
}
