import { decimal } from "../json/digits";
import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { PATTERN_MAX_BYTES, POLICY_ENTRIES_MAX } from "../limits";
import { refusedCharacter } from "../model/characters";
import { isAbsolute, normalise, parentSegment } from "../model/path";
import { Report } from "../model/report";
import { Source } from "../model/source";
import { isWhole } from "../model/whole-number";
import * as jsonRepeatedKey from "../rules/document/json-repeated-key";
import * as policyUnknownField from "../rules/policy/policy-unknown-field";
import * as policyValue from "../rules/policy/policy-value";
import { NameSet } from "./name-set";

/** Longest limit of time that a policy may give: one hour. */
const TIMEOUT_MAX_MS: i32 = 3_600_000;

/** The kinds of values that a policy has, each with its mistakes. */
// @ts-ignore: decorator
@unmanaged
export class PolicyValues {
  constructor(
    readonly source: Source,
    private readonly report: Report,
  ) {}

  /** True when there is no room for more mistakes. */
  get isFull(): bool {
    return this.report.isFull;
  }

  /** Tells that a value is wrong. */
  refuse(node: i32, field: Text, expected: Text): void {
    policyValue.report(this.report, this.source, node, field, expected);
  }

  /** Tells that a field does not exist. */
  refuseKey(key: i32, known: Text[]): void {
    policyUnknownField.report(this.report, this.source, key, known);
  }

  /** Keys of an object, each of them once. */
  keys(object: i32, field: Text, expected: Text): i32[] {
    const tape = this.source.tape;
    const keys: i32[] = [];
    if (tape.kind(object) != Kind.Object) {
      this.refuse(object, field, expected);
      return keys;
    }
    const names = new NameSet();
    for (let key = tape.first(object); key != NONE && !this.report.isFull; key = tape.nextKey(object, key)) {
      if (names.add(key, tape.textOf(key)) != NONE) jsonRepeatedKey.report(this.report, this.source, key);
      if (this.isOneTooMany(keys.length, key, field)) break;
      keys.push(key);
    }
    return keys;
  }

  /** Elements of an array. */
  elements(array: i32, field: Text, expected: Text): i32[] {
    const tape = this.source.tape;
    const nodes: i32[] = [];
    if (tape.kind(array) != Kind.Array) {
      this.refuse(array, field, expected);
      return nodes;
    }
    for (let node = tape.first(array); node != NONE && !this.report.isFull; node = tape.nextElement(array, node)) {
      if (this.isOneTooMany(nodes.length, node, field)) break;
      nodes.push(node);
    }
    return nodes;
  }

  private isOneTooMany(count: i32, node: i32, field: Text): bool {
    if (count < POLICY_ENTRIES_MAX) return false;
    this.refuse(node, field, "at most " + decimal(POLICY_ENTRIES_MAX) + " entries");
    return true;
  }

  /** True for the first of two words, false for the second or for a wrong value. */
  choice(node: i32, field: Text, first: Text, second: Text): bool {
    if (this.isWord(node, first)) return true;
    if (!this.isWord(node, second)) this.refuse(node, field, '"' + second + '" or "' + first + '"');
    return false;
  }

  isWord(node: i32, word: Text): bool {
    const tape = this.source.tape;
    return tape.kind(node) == Kind.String && tape.textOf(node).equals(word);
  }

  boolean(node: i32, field: Text): bool {
    const kind = this.source.tape.kind(node);
    if (kind != Kind.True && kind != Kind.False) this.refuse(node, field, "true or false");
    return kind == Kind.True;
  }

  timeout(node: i32, field: Text, absent: i32): i32 {
    const tape = this.source.tape;
    const value = tape.kind(node) == Kind.Number ? wholeNumber(tape.textOf(node)) : -1;
    if (value >= 1 && value <= TIMEOUT_MAX_MS) return value;
    this.refuse(node, field, "a whole number from 1 to " + decimal(TIMEOUT_MAX_MS));
    return absent;
  }

  /** A text that is not empty and has no control character. */
  name(node: i32, field: Text): Text | null {
    const text = this.text(node);
    if (text === null) this.refuse(node, field, "a string that is not empty, without control characters");
    return text;
  }

  /** The same, without a word when there is none. */
  text(node: i32): Text | null {
    const tape = this.source.tape;
    if (tape.kind(node) != Kind.String) return null;
    const text = tape.textOf(node);
    return text.length > 0 && refusedCharacter(text, false) < 0 ? text : null;
  }

  path(node: i32, field: Text): Text | null {
    const text = this.text(node);
    if (text !== null && isAbsolute(text) && parentSegment(text) < 0) return normalise(text);
    this.refuse(node, field, "an absolute path without '..'");
    return null;
  }

  /** A pattern; of ids, it begins with a slash. */
  pattern(node: i32, field: Text, isOfIds: bool): Text | null {
    const text = this.text(node);
    if (text !== null && text.length <= PATTERN_MAX_BYTES && (!isOfIds || isAbsolute(text))) return text;
    const start = isOfIds ? "a pattern that begins with /, of at most " : "a pattern of 1 to ";
    this.refuse(node, field, start + decimal(PATTERN_MAX_BYTES) + " bytes, without control characters");
    return null;
  }

  paths(list: i32, field: Text): Text[] {
    const nodes = this.elements(list, field, "an array of absolute paths");
    const paths: Text[] = [];
    for (let index = 0; index < nodes.length; index++) {
      const path = this.path(nodes[index], "an element of " + field);
      if (path !== null) paths.push(path);
    }
    return paths;
  }

  names(list: i32, field: Text): Text[] {
    const nodes = this.elements(list, field, "an array of strings");
    const names: Text[] = [];
    for (let index = 0; index < nodes.length; index++) {
      const name = this.name(nodes[index], "an element of " + field);
      if (name !== null) names.push(name);
    }
    return names;
  }
}

/** Value of a number that is written as a whole one of at most nine digits, or -1. */
export function wholeNumber(text: Text): i32 {
  if (text.length > 9 || !isWhole(text)) return -1;
  let value = 0;
  for (let index = 0; index < text.length; index++) value = value * 10 + (text.byteAt(index) - 0x30);
  return value;
}
