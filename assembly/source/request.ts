import { Kind, NONE } from "../json/tape";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { CONTAINER_ID_MAX_BYTES, LEDGER_ROWS_MAX, REQUEST_SIZE_MAX_BYTES } from "../limits";
import { refusedCharacter } from "../model/characters";
import { DocumentKind, KIND_COUNT } from "../model/kind";
import { LedgerMount, Presence, presenceOf } from "../model/ledger-mount";
import { LedgerDirectory, LedgerState, ledgerStateOf, LedgerVolume, RowOption, Transport } from "../model/ledger-row";
import { isAbsolute } from "../model/path";
import { TransportKind } from "../model/transport-kind";
import { Report } from "../model/report";
import { nowhere, Origin, Source } from "../model/source";
import * as requestInvalid from "../rules/request/request-invalid";
import { readNow } from "./clock";
import { Fields } from "./fields";
import { wholeNumber } from "./policy-values";
import { isReadable, readSource } from "./text-source";

/** What a host asks with `prepare` or `cleanup`: the container and the rows of its ledger that matter. */
export class PlanRequest {
  container: Text = Text.empty();
  kind: DocumentKind = DocumentKind.Detect;
  readonly volumes: LedgerVolume[] = [];
  readonly directories: LedgerDirectory[] = [];

  constructor(readonly source: Source) {}
}

/**
 * Reads the header of a plan request. It is written by a host: a mistake in it is the host's, told as
 * `request-invalid`.
 */
export function readPlanRequest(start: usize, length: i32, report: Report): PlanRequest {
  const source = readSource(Origin.Request, start, length, REQUEST_SIZE_MAX_BYTES, report);
  const request = new PlanRequest(source);
  if (!isReadable(source)) return request;
  if (source.tape.kind(0) != Kind.Object) {
    requestInvalid.report(report, "the request to be an object", source.placeOf(0));
    return request;
  }
  const fields = new Fields(source, 0, report);
  readContainer(request, fields);
  request.kind = readKind(fields);
  report.now = readNow(fields);
  const ledger = fields.fields("ledger");
  if (ledger === null) return request;
  readVolumes(request, ledger);
  readDirectories(request, ledger);
  return request;
}

function readContainer(request: PlanRequest, fields: Fields): void {
  const container = fields.text("container");
  if (container !== null && isContainerId(container.text)) {
    request.container = container.text;
    return;
  }
  const expected = "container to be an id of 1 to " + decimal(CONTAINER_ID_MAX_BYTES) + " bytes";
  requestInvalid.report(fields.report, expected, nowhere(request.source));
}

/** An id of a container: 1 to CONTAINER_ID_MAX_BYTES bytes, no control characters. */
export function isContainerId(text: Text): bool {
  return text.length > 0 && text.length <= CONTAINER_ID_MAX_BYTES && refusedCharacter(text, false) < 0;
}

/** `kind` of a request; not known when it is absent or wrong, which is told. */
export function readKind(fields: Fields): DocumentKind {
  const node = fields.find("kind");
  if (node == NONE) return DocumentKind.Detect;
  const tape = fields.source.tape;
  const kind = tape.kind(node) == Kind.Number ? wholeNumber(tape.textOf(node)) : -1;
  if (kind >= 0 && kind < KIND_COUNT) return kind;
  requestInvalid.report(fields.report, "kind to be the number of a document kind", fields.source.placeOf(node));
  return DocumentKind.Detect;
}

function readVolumes(request: PlanRequest, ledger: Fields): void {
  const list = ledger.array("volumes");
  if (list == NONE) return;
  const source = request.source;
  for (let node = source.tape.first(list); node != NONE; node = source.tape.nextElement(list, node)) {
    if (!hasRoom(request.volumes.length, node, ledger)) return;
    const volume = source.tape.kind(node) == Kind.Object ? readRow(new Fields(source, node, ledger.report)) : null;
    if (volume !== null) request.volumes.push(volume);
    else requestInvalid.report(ledger.report, "a volume row as docs/abi/v1.md describes it", source.placeOf(node));
  }
}

/** False when no more rows are taken: there are too many, or too many mistakes to tell. */
export function hasRoom(count: i32, node: i32, ledger: Fields): bool {
  if (ledger.report.isFull) return false;
  if (count < LEDGER_ROWS_MAX) return true;
  const expected = "at most " + decimal(LEDGER_ROWS_MAX) + " rows";
  requestInvalid.report(ledger.report, expected, ledger.source.placeOfOpening(node));
  return false;
}

// A row of another container's plan: with a number of users, and what the host saw.
function readRow(fields: Fields): LedgerVolume | null {
  const users = readNumber(fields, "users");
  const presence = fields.text("presence");
  const presenceNumber: i32 = presence === null ? Presence.Present : presenceOf(presence.text);
  if (users < 0 || presenceNumber < 0) return null;
  const row = readVolume(fields, users);
  if (row !== null) row.presence = presenceNumber;
  return row;
}

/** The part of a volume's row that every request has; null when something is wrong with it. */
export function readVolume(fields: Fields, users: i32): LedgerVolume | null {
  const driver = fields.text("driver");
  const name = fields.text("name");
  const state = fields.text("state");
  const stateNumber = state === null ? -1 : ledgerStateOf(state.text);
  const transport = readTransport(fields);
  if (driver === null || name === null || stateNumber < 0 || transport === null) return null;
  const mountpoint = fields.text("mountpoint");
  const at: Text | null = mountpoint === null ? null : mountpoint.text;
  if (at !== null && !isAbsolute(at)) return null;
  const options: RowOption[] = [];
  if (!readRowOptions(fields, options)) return null;
  const row = new LedgerVolume(driver.text, name.text, options, at, <LedgerState>stateNumber, transport, users);
  if (fields.find("mount") == NONE) return row;
  row.mount = readMount(fields);
  return row.mount === null ? null : row;
}

function readMount(row: Fields): LedgerMount | null {
  const fields = row.fields("mount");
  if (fields === null) return null;
  const boot = fields.text("boot");
  const path = fields.text("path");
  const device = fields.text("device");
  const id = readNumber(fields, "id");
  if (boot === null || path === null || !isAbsolute(path.text) || device === null || id < 0) return null;
  return new LedgerMount(path.text, id, device.text, boot.text);
}

/** Value of a field that must be a whole number, or -1. */
export function readNumber(fields: Fields, name: Text): i32 {
  const node = fields.find(name);
  const tape = fields.source.tape;
  return tape.is(node, Kind.Number) ? wholeNumber(tape.textOf(node)) : -1;
}

/** The way to a driver; null when something is wrong with it. */
export function readTransport(fields: Fields): Transport | null {
  const transport = fields.fields("transport");
  if (transport === null) return null;
  const kind = transport.text("kind");
  if (kind === null) return null;
  if (kind.text.equals("plugin")) return new Transport(TransportKind.Plugin, Text.empty());
  const executable = transport.text("executable");
  if (!kind.text.equals("dvdcli") || executable === null || !isAbsolute(executable.text)) return null;
  return new Transport(TransportKind.Dvdcli, executable.text);
}

function readRowOptions(fields: Fields, into: RowOption[]): bool {
  const list = fields.array("options");
  if (list == NONE) return true;
  const source = fields.source;
  for (let node = source.tape.first(list); node != NONE; node = source.tape.nextElement(list, node)) {
    if (source.tape.kind(node) != Kind.Object) return false;
    const option = new Fields(source, node, fields.report);
    const key = option.text("key");
    const value = option.text("value");
    if (key === null || value === null) return false;
    into.push(new RowOption(key.text, value.text));
  }
  return true;
}

function readDirectories(request: PlanRequest, ledger: Fields): void {
  const list = ledger.array("directories");
  if (list == NONE) return;
  const source = request.source;
  for (let node = source.tape.first(list); node != NONE; node = source.tape.nextElement(list, node)) {
    if (!hasRoom(request.directories.length, node, ledger)) return;
    const row = source.tape.kind(node) == Kind.Object ? readDirectory(new Fields(source, node, ledger.report)) : null;
    if (row !== null) request.directories.push(row);
    else requestInvalid.report(ledger.report, "a directory row as docs/abi/v1.md describes it", source.placeOf(node));
  }
}

function readDirectory(fields: Fields): LedgerDirectory | null {
  const path = fields.text("path");
  const users = readNumber(fields, "users");
  if (path === null || !isAbsolute(path.text) || users < 0) return null;
  return new LedgerDirectory(path.text, users);
}
