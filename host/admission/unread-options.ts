import type { VolumeRequest } from '../core/documents.ts';
import { REDACTED } from '../system/redaction.ts';

/*
 * A line may be a whole document of 1 MiB: each pattern begins at a place that it cannot begin at twice, and no key is
 * longer than 256 characters, so that the time is in proportion to the line.
 */

/** The inside of a text between double quotes; the line's end may cut it off. */
const TEXT = String.raw`(?:[^"\\]|\\.)+`;

/** `key=value`, in a list of options. */
const PAIR = String.raw`(?<![^\s"'=,{}[\]\\])([^\s"'=,{}[\]\\]+)=((?:[^",\\]|\\.)+)`;

/** A member with a slash in its key, as Marathon has options: `"dvdi/size": "5"`. */
const MEMBER = String.raw`("[^"\s/]{1,256}/[^"\s]{1,256}"\s*:\s*)"(${TEXT})"?`;

/** The same in YAML, where quotes may be missing: `dvdi/size: 5`. */
const YAML_MEMBER = String.raw`((?<![\w.\-"'/])[\w.-]{1,256}/[\w.-]{1,256}["']?\s*:\s+)(?!["\s])([^,{}][^,}]*)`;

/** A pair of Chronos, `"value": "5"`, and members that are called as secrets are. */
const SECRET_WORDS = 'pass|pwd|secret|token|credential|private|key|auth';
const NAMED_MEMBER =
  String.raw`(["']?\b(?!key\b)(?:value|\w{0,64}?(?:${SECRET_WORDS})\w{0,64})["']?\s*:\s*)` +
  String.raw`(?:"(${TEXT})"?|'([^']+)'?|([^\s"'{[,}][^,}]*))`;

const ANY = new RegExp([PAIR, MEMBER, NAMED_MEMBER, YAML_MEMBER].join('|'), 'giu');

/**
 * Hides, in a line of a document, the values of options that the core has not read: in a document that is broken, or in
 * variables that make no volume, nobody has said which of them are secret.
 * @param requests what the core has read: its secrets are taken out by the redactor, all else may be shown
 */
export function hideUnreadOptions(requests: readonly VolumeRequest[]): (line: string) => string {
  const values = new Set(requests.flatMap(({ options }) => options.map(({ value }) => asJson(value))));
  // In YAML a text may end with a single quote, in JSON this may be a character of the value.
  const isRead = (value: string): boolean => values.has(value) || values.has(value.trim().replace(/'$/u, ''));
  const isShown = (value: string): boolean => isRead(value) || value.includes(REDACTED);
  return (line) =>
    line.replace(ANY, (all: string, ...groups: (string | undefined)[]) => {
      const [key, pairValue, member, memberText, named, double, single, bare, yaml, plain] = groups;
      if (key !== undefined) return isShown(pairValue ?? '') ? all : `${key}=${REDACTED}`;
      if (isShown(memberText ?? double ?? single ?? bare ?? plain ?? '')) return all;
      const before = member ?? named ?? yaml ?? '';
      return bare === undefined && plain === undefined ? `${before}"${REDACTED}"` : `${before}${REDACTED}`;
    });
}

function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
