import { OPTIONS_MAX } from "../limits";
import { Located } from "../model/located";
import { Policy } from "../model/policy";
import { VolumeOption } from "../model/volume-option";

const COMMA: u8 = 0x2c;
const EQUALS: u8 = 0x3d;

/**
 * Splits `key=value,key=value` as the seed writes it: on every comma, then at the first `=`, so that a value may hold
 * one. Nothing is refused here. Stops one past OPTIONS_MAX.
 */
export function readOptions(written: Located, into: VolumeOption[], policy: Policy): void {
  const text = written.text;
  let from = 0;
  while (from <= text.length && into.length <= OPTIONS_MAX) {
    let to = text.indexOf(COMMA, from);
    if (to < 0) to = text.length;
    into.push(readOption(written.cut(from, to), policy));
    from = to + 1;
  }
}

function readOption(item: Located, policy: Policy): VolumeOption {
  const equals = item.text.indexOf(EQUALS);
  if (equals < 0) return new VolumeOption(item, null, false);
  const key = item.cut(0, equals);
  return new VolumeOption(key, item.cut(equals + 1, item.text.length), policy.isSecretOption(key.text));
}
