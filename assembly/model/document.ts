import { Text } from "../json/text";
import { Environment } from "./environment";
import { DocumentKind } from "./kind";
import { Overlap } from "./overlap";
import { VolumeRequest } from "./request";
import { Source } from "./source";
import { Subject } from "./subject";
import { Task } from "./task";

/** A document that was read, or one task of it: what it asks for, and where it stands. */
// @ts-ignore: decorator
@unmanaged
export class Document {
  kind: DocumentKind = DocumentKind.Detect;
  /** Why this kind was taken. */
  detected: Text = "";
  /** Container id of the document, the ids of its parents in front, joined with dots. */
  container: Text | null = null;
  /** Whose findings these are. */
  readonly subject: Subject = new Subject();
  /** Whether an agent was given it: what only an agent knows must be there then. */
  isOnAgent: bool = true;
  /** RFC 6901 pointer of the task in its document. */
  pointer: Text = "";
  /** How many of the task run at a time. */
  instances: i32 = 1;
  /** Node that says so, or `NONE`. */
  instancesNode: i32 = -1;
  /** Why an upgrade runs two of them at a time; null when it does not, or nobody knows. */
  overlap: Overlap | null = null;
  /** Whether a volume comes from Marathon's `external`. */
  hasExternal: bool = false;
  readonly environment: Environment = new Environment();
  readonly requests: VolumeRequest[] = [];
  task: Task | null = null;
  /** Root filesystem of the container, as the host sees it. */
  rootfs: Text | null = null;
  /** Sandbox directory, as the host sees it. */
  sandbox: Text | null = null;

  constructor(readonly source: Source) {}
}
