import { Tape, NONE } from "../json/tape";
import { Writer } from "../json/writer";
import { Environment, VariableList } from "./environment";

/** What a document says about the task itself, as nodes of its text: written out exactly as the user wrote them. */
// @ts-ignore: decorator
@unmanaged
export class Task {
  shell: bool = true;
  value: i32 = NONE;
  arguments: i32 = NONE;
  user: i32 = NONE;
  directory: i32 = NONE;
  rootfs: i32 = NONE;

  write(writer: Writer, tape: Tape, environment: Environment): void {
    writer.beginObject();
    writer.key("shell");
    writer.boolean(this.shell);
    writer.key("value");
    writeToken(writer, tape, this.value);
    writer.key("arguments");
    writer.beginArray();
    if (this.arguments != NONE) {
      for (let node = tape.first(this.arguments); node != NONE; node = tape.nextElement(this.arguments, node)) {
        writer.token(tape, node);
      }
    }
    writer.endArray();
    writer.key("user");
    writeToken(writer, tape, this.user);
    writer.key("environment");
    writeEnvironment(writer, tape, environment.variables);
    writer.key("directory");
    writeToken(writer, tape, this.directory);
    writer.key("rootfs");
    writeToken(writer, tape, this.rootfs);
    writer.endObject();
  }
}

function writeToken(writer: Writer, tape: Tape, node: i32): void {
  if (node == NONE) writer.null();
  else writer.token(tape, node);
}

function writeEnvironment(writer: Writer, tape: Tape, variables: VariableList): void {
  writer.beginArray();
  for (let index = 0; index < variables.length; index++) {
    const value = variables.value(index);
    writer.beginObject();
    writer.piece('"name":');
    writer.token(tape, variables.name(index));
    writer.piece(',"value":');
    if (value == NONE) writer.null();
    else writer.token(tape, value);
    writer.endObject();
  }
  writer.endArray();
}
