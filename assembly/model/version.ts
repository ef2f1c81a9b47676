import { Text } from "../json/text";
import { Writer } from "../json/writer";

/** Version of the core; the same as in package.json, which a test holds. */
export const VERSION: Text = "0.1.0";
export const ABI_MAJOR: i32 = 1;
export const ABI_MINOR: i32 = 2;
/** The two together, as the answers give them. */
const ABI: Text = "1.2";

/** Writes `abi`, the first field of every answer. */
export function writeAbi(writer: Writer): void {
  writer.key("abi");
  writer.constant(ABI);
}
