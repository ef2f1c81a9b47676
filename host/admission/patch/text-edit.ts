/** A piece of a text, and what stands there afterwards. Offset and length are in UTF-16 code units. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}
