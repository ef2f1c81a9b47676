import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { Located } from "./located";

/** One option, as written; `rules/option-*` judge it. */
// @ts-ignore: decorator
@unmanaged
export class VolumeOption {
  constructor(
    readonly key: Located,
    /** null when there was no `=`. */
    readonly value: Located | null,
    readonly isSecret: bool,
  ) {}
}

/** Writes one option of a list. */
export function writeOption(writer: Writer, key: Text, value: Text, isSecret: bool): void {
  writer.beginObject();
  writer.piece('"key":');
  writer.text(key);
  writer.piece(',"value":');
  writer.text(value);
  writer.piece(isSecret ? ',"secret":true' : ',"secret":false');
  writer.endObject();
}
