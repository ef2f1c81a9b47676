import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { isNear } from "../model/nearest";
import * as fieldMisplaced from "../rules/document/field-misplaced";
import * as fieldMisspelt from "../rules/document/field-misspelt";
import { Fields } from "./fields";

/** What our variables begin with, wherever they stand. */
const OWN_PREFIX: Text = "DVDI_";

/** Fields of an app that decide what becomes of its volumes. */
const APP: StaticArray<Text> = ["env", "container", "instances", "upgradeStrategy"];
const CONTAINER: StaticArray<Text> = ["volumes"];
const VOLUME: StaticArray<Text> = ["containerPath", "external", "mode"];
const EXTERNAL: StaticArray<Text> = ["name", "provider", "options", "shared"];
const DRIVER: StaticArray<Text> = ["dvdi/driver"];
const POD: StaticArray<Text> = ["containers", "environment", "scaling", "scheduling"];
const POD_CONTAINER: StaticArray<Text> = ["environment"];

/**
 * Looks for what Marathon would ignore in an app: variables outside of `env`, volumes outside of `container`, misspelt
 * names. An agent never sees these, so that nobody else tells.
 */
export function checkAppFields(app: Fields): void {
  const tape = app.source.tape;
  for (let key = tape.first(app.object); key != NONE && !app.report.isFull; key = tape.nextKey(app.object, key)) {
    const value = tape.value(key);
    if (tape.keyIs(key, "labels")) checkVariables(app, value, "env");
    else if (tape.keyIs(key, "container")) checkContainer(app, value);
    else if (isOwn(app, key)) fieldMisplaced.report(app.report, app.source, key, "env");
    else if (tape.keyIs(key, "volumes")) fieldMisplaced.report(app.report, app.source, key, "container");
    else if (tape.keyIs(key, "external")) fieldMisplaced.report(app.report, app.source, key, "container.volumes");
    else if (tape.keyIs(key, "environment")) fieldMisspelt.report(app.report, app.source, key, "env");
    else checkSpelling(app, key, APP);
  }
}

function checkContainer(app: Fields, object: i32): void {
  const tape = app.source.tape;
  if (tape.kind(object) != Kind.Object) return;
  for (let key = tape.first(object); key != NONE && !app.report.isFull; key = tape.nextKey(object, key)) {
    const value = tape.value(key);
    if (tape.keyIs(key, "env") || tape.keyIs(key, "environment")) checkVariables(app, value, "env of the app");
    else if (tape.keyIs(key, "volumes")) checkVolumes(app, value);
    else if (tape.keyIs(key, "external")) fieldMisplaced.report(app.report, app.source, key, "an element of volumes");
    else if (isOwn(app, key)) fieldMisplaced.report(app.report, app.source, key, "env of the app");
    else checkSpelling(app, key, CONTAINER);
  }
}

function checkVolumes(app: Fields, list: i32): void {
  const tape = app.source.tape;
  if (tape.kind(list) != Kind.Array) return;
  for (let node = tape.first(list); node != NONE && !app.report.isFull; node = tape.nextElement(list, node)) {
    if (tape.kind(node) == Kind.Object) checkVolume(app, node);
  }
}

function checkVolume(app: Fields, object: i32): void {
  const tape = app.source.tape;
  for (let key = tape.first(object); key != NONE && !app.report.isFull; key = tape.nextKey(object, key)) {
    if (!tape.keyIs(key, "external")) checkSpelling(app, key, VOLUME);
    else if (tape.kind(tape.value(key)) == Kind.Object) checkExternal(app, tape.value(key));
  }
}

function checkExternal(app: Fields, object: i32): void {
  const tape = app.source.tape;
  for (let key = tape.first(object); key != NONE && !app.report.isFull; key = tape.nextKey(object, key)) {
    if (!tape.keyIs(key, "options")) checkSpelling(app, key, EXTERNAL);
    else if (tape.kind(tape.value(key)) == Kind.Object) checkOptions(app, tape.value(key));
  }
}

// A driver's options may be called anything: one is taken for the driver's name only where that is missing.
function checkOptions(app: Fields, object: i32): void {
  const tape = app.source.tape;
  for (let key = tape.first(object); key != NONE; key = tape.nextKey(object, key)) {
    if (tape.keyIs(key, DRIVER[0])) return;
  }
  for (let key = tape.first(object); key != NONE && !app.report.isFull; key = tape.nextKey(object, key)) {
    checkSpelling(app, key, DRIVER);
  }
}

/** The same for a pod, whose variables are in `environment`. */
export function checkPodFields(pod: Fields): void {
  checkPodObject(pod, POD);
}

/** The same for a container of a pod. */
export function checkPodContainerFields(container: Fields): void {
  checkPodObject(container, POD_CONTAINER);
}

function checkPodObject(fields: Fields, known: StaticArray<Text>): void {
  const tape = fields.source.tape;
  const object = fields.object;
  for (let key = tape.first(object); key != NONE && !fields.report.isFull; key = tape.nextKey(object, key)) {
    if (tape.keyIs(key, "labels")) checkVariables(fields, tape.value(key), "environment");
    else if (isOwn(fields, key)) fieldMisplaced.report(fields.report, fields.source, key, "environment");
    else if (tape.keyIs(key, "env")) fieldMisspelt.report(fields.report, fields.source, key, "environment");
    else checkSpelling(fields, key, known);
  }
}

// Variables of ours in an object that is no environment.
function checkVariables(fields: Fields, object: i32, place: Text): void {
  const tape = fields.source.tape;
  if (tape.kind(object) != Kind.Object) return;
  for (let key = tape.first(object); key != NONE && !fields.report.isFull; key = tape.nextKey(object, key)) {
    if (isOwn(fields, key)) fieldMisplaced.report(fields.report, fields.source, key, place);
  }
}

function isOwn(fields: Fields, key: i32): bool {
  const tape = fields.source.tape;
  // The usual key is shorter, or begins with a small letter.
  return tape.end(key) - tape.start(key) >= OWN_PREFIX.length && tape.textOf(key).startsWith(OWN_PREFIX);
}

function checkSpelling(fields: Fields, key: i32, known: StaticArray<Text>): void {
  const tape = fields.source.tape;
  for (let index = 0; index < known.length; index++) {
    if (tape.keyIs(key, known[index])) return;
  }
  const name = tape.textOf(key);
  for (let index = 0; index < known.length; index++) {
    if (!isNear(name, known[index])) continue;
    fieldMisspelt.report(fields.report, fields.source, key, known[index]);
    return;
  }
}
