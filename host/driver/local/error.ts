import { printableText } from '../../system/printable-text.ts';

/** Why the embedded driver refused or failed; docs/local-driver.md has a line for each. */
export type LocalDriverErrorCode =
  /** A driver's name that cannot be a plugin's socket. */
  | 'driver-name'
  /** A volume's name that is empty, too long, not Unicode or has control characters. */
  | 'volume-name'
  /** An unknown option, or one with a value that does not fit. */
  | 'volume-option'
  /** No volume of this name. */
  | 'volume-missing'
  /** The volume exists with other options. */
  | 'volume-differs'
  /** An agent's name that cannot be a directory. */
  | 'agent-name'
  /** Another agent holds the volume. */
  | 'volume-held'
  /** Another server has been changing the volume for too long. */
  | 'volume-busy'
  /** The volume's filesystem was shut down by a fence that was not finished. */
  | 'volume-fenced'
  /** A volume could not be taken from its holder. */
  | 'fence-failed'
  /** The volume is mounted, or its image is held by somebody. */
  | 'volume-in-use'
  /** What lies in the store is not what this driver wrote. */
  | 'volume-damaged'
  /** The id of a Mount or Unmount request is malformed, one too many, or not the one the volume is mounted for. */
  | 'mount-id'
  /** The store's disk has no room for the filesystem. */
  | 'store-full'
  /** The store is no directory, not ours, or open to others. */
  | 'store-unsafe'
  /** Another process serves this driver from this store for the same agent. */
  | 'store-busy'
  /** Another server answers on the socket, or something that is no socket lies there. */
  | 'socket-busy'
  /** The socket's path is too long. */
  | 'socket-path'
  /** mkfs, mount or another program failed. */
  | 'tool-failed'
  /** The request is not one of the protocol. */
  | 'request';

/** A refusal or failure of the embedded driver. Its message goes into `Err` and is fit for a terminal. */
export class LocalDriverError extends Error {
  override readonly name = 'LocalDriverError';
  readonly code: LocalDriverErrorCode;

  constructor(code: LocalDriverErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Longest piece of foreign text in a message: a name of the longest kind fits even with every character escaped. */
const QUOTE_MAX_LENGTH = 320;

/** Untrusted text in double quotes, on one line, every character visible. */
export function quote(text: string): string {
  return printableText(JSON.stringify(text), QUOTE_MAX_LENGTH);
}
