import { Text } from "../json/text";
import { Severity } from "./rule";

/**
 * One task of a document, as its findings see it: an app, a container of a pod, a job. `Report.subject` is the one that
 * is being looked at; what is added meanwhile counts for it.
 */
// @ts-ignore: decorator
@unmanaged
export class Subject {
  /** Absolute where the document tells: `/group/app`, `/pod/container`; null when it is not known. */
  id: Text | null = null;
  /** The worst that was found for it. */
  worst: Severity = Severity.Info;
}
