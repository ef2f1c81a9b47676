import { Writer } from "../json/writer";
import { Location, Step } from "./step";

/** Mode of the directories that are made: what `mkdir` as root gives, as the seed does. */
const DIRECTORY_MODE: i32 = 0o755;

/** The directory must be there. */
export class RequireDirectory extends Step {
  constructor(readonly location: Location) {
    super("requireDirectory");
  }

  protected writeFields(writer: Writer): void {
    this.location.write(writer, "location");
  }
}

/** The directory is made where it is missing, one level at a time. */
export class EnsureDirectory extends Step {
  constructor(
    readonly location: Location,
    /** True when what is made belongs to the owner of the directory it is made in, false when to root. */
    readonly isParents: bool,
  ) {
    super("ensureDirectory");
  }

  protected writeFields(writer: Writer): void {
    this.location.write(writer, "location");
    writer.key("owner");
    writer.constant(this.isParents ? "parent" : "root");
    writer.key("mode");
    writer.integer(DIRECTORY_MODE);
  }

  protected writeUndo(writer: Writer): void {
    writer.beginObject();
    writer.key("action");
    writer.constant("removeDirectory");
    writer.endObject();
  }
}

/** A directory that the isolator made is removed, if it is empty. */
export class RemoveDirectory extends Step {
  constructor(readonly location: Location) {
    super("removeDirectory");
  }

  protected writeFields(writer: Writer): void {
    this.location.write(writer, "location");
  }
}
