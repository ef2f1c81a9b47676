import { Context } from "../model/context";
import { Document } from "../model/document";
import { OptionPolicy } from "../model/driver-policy";
import { ATTRIBUTE_COUNT, Environment, Slot, SLOT_COUNT, Variable } from "../model/environment";
import { ExternalVolume } from "../model/external-volume";
import { LedgerVolume } from "../model/ledger-row";
import { RequestOrigin, VolumeRequest } from "../model/request";
import { Rule } from "../model/rule";
import { VolumePolicy } from "../model/volume-policy";
import * as pathOnAgent from "./admission/path-on-agent";
import * as singleWriterInstances from "./admission/single-writer-instances";
import * as singleWriterUpgrade from "./admission/single-writer-upgrade";
import * as volumeClaimedTwice from "./admission/volume-claimed-twice";
import * as checkpointInvalid from "./checkpoint/checkpoint-invalid";
import * as checkpointRow from "./checkpoint/checkpoint-row";
import * as checkpointTorn from "./checkpoint/checkpoint-torn";
import * as admissionTooLarge from "./document/admission-too-large";
import * as documentKindUnknown from "./document/document-kind-unknown";
import * as documentOfSeveral from "./document/document-of-several";
import * as documentTooLarge from "./document/document-too-large";
import * as fieldMisplaced from "./document/field-misplaced";
import * as fieldMisspelt from "./document/field-misspelt";
import * as fieldValue from "./document/field-value";
import * as fieldWrongType from "./document/field-wrong-type";
import * as jsonDepth from "./document/json-depth";
import * as jsonEncoding from "./document/json-encoding";
import * as jsonRepeatedKey from "./document/json-repeated-key";
import * as jsonSyntax from "./document/json-syntax";
import * as jsonTooManyValues from "./document/json-too-many-values";
import * as planTooLarge from "./document/plan-too-large";
import * as textNotUnicode from "./document/text-not-unicode";
import * as tooManyTasks from "./document/too-many-tasks";
import * as externalDockerOption from "./external/external-docker-option";
import * as externalDockerSize from "./external/external-docker-size";
import * as externalDriver from "./external/external-driver";
import * as externalInPod from "./external/external-in-pod";
import * as externalMode from "./external/external-mode";
import * as externalName from "./external/external-name";
import * as externalOptionKey from "./external/external-option-key";
import * as externalProvider from "./external/external-provider";
import * as optionsIgnored from "./ledger/options-ignored";
import * as volumeCase from "./ledger/volume-case";
import * as volumeInUse from "./ledger/volume-in-use";
import * as volumeVanished from "./ledger/volume-vanished";
import * as optionBoolean from "./option/option-boolean";
import * as optionFilesystem from "./option/option-filesystem";
import * as optionFixes from "./option/option-fixes";
import * as optionInteger from "./option/option-integer";
import * as optionKeyEmpty from "./option/option-key-empty";
import * as optionOutOfBounds from "./option/option-out-of-bounds";
import * as optionRepeated from "./option/option-repeated";
import * as optionRequired from "./option/option-required";
import * as optionWithoutValue from "./option/option-without-value";
import * as optionWord from "./option/option-word";
import * as tooManyOptions from "./option/too-many-options";
import * as pathCharacters from "./path/path-characters";
import * as pathConflict from "./path/path-conflict";
import * as pathHere from "./path/path-here";
import * as pathLength from "./path/path-length";
import * as pathMissing from "./path/path-missing";
import * as pathNotAbsolute from "./path/path-not-absolute";
import * as pathNotAllowed from "./path/path-not-allowed";
import * as pathParent from "./path/path-parent";
import * as pathProtected from "./path/path-protected";
import * as pathSegmentLength from "./path/path-segment-length";
import * as sandboxMissing from "./path/sandbox-missing";
import * as exceptionExpired from "./policy/exception-expired";
import * as policyUnknownField from "./policy/policy-unknown-field";
import * as policyValue from "./policy/policy-value";
import * as requestInvalid from "./request/request-invalid";
import * as attributeWithoutName from "./variable/attribute-without-name";
import * as slotConflict from "./variable/slot-conflict";
import * as tooManyVariables from "./variable/too-many-variables";
import * as variableRepeated from "./variable/variable-repeated";
import * as variableSecret from "./variable/variable-secret";
import * as variableUnknown from "./variable/variable-unknown";
import * as characters from "./volume/characters";
import * as driverDenied from "./volume/driver-denied";
import * as driverReference from "./volume/driver-reference";
import * as dvdcliNotAllowed from "./volume/dvdcli-not-allowed";
import * as explicitCreateValue from "./volume/explicit-create-value";
import * as nameLength from "./volume/name-length";
import * as nameMissing from "./volume/name-missing";
import * as tooManyVolumes from "./volume/too-many-volumes";
import * as volumeAskedTwice from "./volume/volume-asked-twice";
import * as volumeNameNotAllowed from "./volume/volume-name-not-allowed";
import * as volumeRepeated from "./volume/volume-repeated";

/** The catalogue: every rule there is, in the order of docs/findings.md. */
export function catalogue(): Rule[] {
  return [
    documentTooLarge.rule(), jsonSyntax.rule(), jsonEncoding.rule(), jsonDepth.rule(), jsonTooManyValues.rule(),
    jsonRepeatedKey.rule(), documentKindUnknown.rule(), documentOfSeveral.rule(),
    fieldWrongType.rule(), fieldValue.rule(), fieldMisplaced.rule(), fieldMisspelt.rule(), textNotUnicode.rule(),
    planTooLarge.rule(), tooManyTasks.rule(), admissionTooLarge.rule(),
    tooManyVariables.rule(), variableUnknown.rule(), variableRepeated.rule(), variableSecret.rule(),
    slotConflict.rule(), attributeWithoutName.rule(),
    nameMissing.rule(), nameLength.rule(), characters.rule(), driverReference.rule(), explicitCreateValue.rule(),
    dvdcliNotAllowed.rule(), driverDenied.rule(), volumeNameNotAllowed.rule(), tooManyVolumes.rule(),
    volumeRepeated.rule(), volumeAskedTwice.rule(),
    optionWithoutValue.rule(), optionKeyEmpty.rule(), optionRepeated.rule(), optionInteger.rule(),
    optionFilesystem.rule(), optionBoolean.rule(), optionWord.rule(), tooManyOptions.rule(),
    optionOutOfBounds.rule(), optionRequired.rule(),
    pathMissing.rule(), pathNotAbsolute.rule(), pathParent.rule(), pathHere.rule(), pathProtected.rule(),
    pathLength.rule(), pathSegmentLength.rule(), pathCharacters.rule(), pathConflict.rule(), sandboxMissing.rule(),
    pathNotAllowed.rule(),
    externalProvider.rule(), externalName.rule(), externalDriver.rule(), externalOptionKey.rule(), externalMode.rule(),
    externalDockerOption.rule(), externalDockerSize.rule(), externalInPod.rule(),
    volumeClaimedTwice.rule(), singleWriterInstances.rule(), singleWriterUpgrade.rule(), pathOnAgent.rule(),
    volumeInUse.rule(), volumeVanished.rule(), volumeCase.rule(), optionsIgnored.rule(),
    checkpointInvalid.rule(), checkpointTorn.rule(), checkpointRow.rule(),
    policyUnknownField.rule(), policyValue.rule(), exceptionExpired.rule(), requestInvalid.rule(),
  ];
}

/** All that can be said of a document by itself. */
export function checkDocument(document: Document, context: Context): void {
  checkEnvironment(document.environment, context);
  planTooLarge.check(document, context);
  const requests = document.requests;
  for (let index = 0; index < requests.length; index++) {
    checkRequest(requests[index], document, context);
    volumeRepeated.check(requests, index, context);
    pathConflict.check(requests, index, context);
    externalName.check(requests, index, context);
  }
}

/** What can be said before a document is submitted: of its tasks together, and of what happens to them later. */
export function checkTasks(tasks: Document[], context: Context): void {
  for (let index = 0; index < tasks.length; index++) {
    context.report.subject = tasks[index].subject;
    singleWriterInstances.check(tasks[index], context);
    singleWriterUpgrade.check(tasks[index], context);
  }
  context.report.subject = null;
  if (tasks.length > 1) volumeClaimedTwice.check(tasks, context);
  pathOnAgent.check(tasks, context);
}

function checkEnvironment(environment: Environment, context: Context): void {
  for (let index = 0; index < environment.unknown.length; index++) {
    variableUnknown.check(environment.unknown[index], context);
  }
  for (let index = 0; index < environment.repeated.length; index += 2) {
    variableRepeated.check(environment.repeated[index], environment.repeated[index + 1], context);
  }
  for (let digit = 0; digit < SLOT_COUNT; digit++) {
    const slot = environment.slots[digit];
    if (slot !== null) checkSlot(slot, context);
  }
}

function checkSlot(slot: Slot, context: Context): void {
  for (let attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
    const variable = slot.attributes[attribute];
    if (variable === null) continue;
    slotConflict.check(slot, attribute, context);
    checkVariable(slot, variable, context);
    const alternative = slot.alternative(attribute);
    if (alternative !== null) checkVariable(slot, alternative, context);
  }
}

function checkVariable(slot: Slot, variable: Variable, context: Context): void {
  variableSecret.check(variable, context);
  attributeWithoutName.check(slot, variable, context);
  const value = variable.value;
  if (value !== null) textNotUnicode.check(value, context);
}

function checkRequest(request: VolumeRequest, document: Document, context: Context): void {
  const before = context.report.findings.length;
  nameMissing.check(request, context);
  nameLength.check(request, context);
  characters.check(request, context);
  driverReference.check(request, context);
  explicitCreateValue.check(request, context);
  dvdcliNotAllowed.check(request, context);
  checkOptions(request, context);
  pathMissing.check(request, context);
  pathNotAbsolute.check(request, context);
  pathParent.check(request, context);
  pathHere.check(request, context);
  pathProtected.check(request, context);
  pathLength.check(request, context);
  pathSegmentLength.check(request, context);
  pathCharacters.check(request, context);
  sandboxMissing.check(request, document, context);
  if (request.origin != RequestOrigin.Environment) checkTexts(request, context);
  const external = request.external;
  if (external !== null) checkExternal(request, external, context);
  const policy = context.policy.volumes;
  if (policy !== null) checkVolumePolicy(request, policy, context);
  if (context.report.findings.length > before) optionFixes.addFixes(request, before, context);
}

// Marathon's own rules: what breaks one never reaches an agent.
function checkExternal(request: VolumeRequest, external: ExternalVolume, context: Context): void {
  externalProvider.check(external, context);
  externalDriver.check(request, external, context);
  externalOptionKey.check(external, context);
  externalMode.check(external, context);
  externalDockerOption.check(external, context);
  externalDockerSize.check(external, context);
}

function checkVolumePolicy(request: VolumeRequest, policy: VolumePolicy, context: Context): void {
  const driver = context.policy.driverPolicy(request.driver);
  driverDenied.check(request, policy, driver, context);
  volumeNameNotAllowed.check(request, policy, context);
  pathNotAllowed.check(request, policy, context);
  const options: OptionPolicy[] | null = driver === null ? null : driver.options;
  if (options === null) return;
  for (let index = 0; index < options.length; index++) {
    optionRequired.check(request, options[index], context);
    for (let at = 0; at < request.options.length; at++) {
      optionOutOfBounds.check(request.options[at], options[index], context);
    }
  }
}

// The meaning of the known options is the seed's: it holds for variables, and for the driver that the seed describes.
// Another driver's `size` is its own affair.
function checkOptions(request: VolumeRequest, context: Context): void {
  tooManyOptions.check(request, context);
  const isSeedMeaning = request.origin == RequestOrigin.Environment || request.driver.equals("rexray");
  for (let index = 0; index < request.options.length; index++) {
    const option = request.options[index];
    optionWithoutValue.check(option, context);
    optionKeyEmpty.check(option, context);
    optionRepeated.check(request, index, context);
    if (!isSeedMeaning) continue;
    optionInteger.check(option, context);
    optionFilesystem.check(option, context);
    optionBoolean.check(option, context);
    optionWord.check(option, context);
  }
}

// Texts that do not come from variables; those are checked as variables.
function checkTexts(request: VolumeRequest, context: Context): void {
  const name = request.name;
  if (name !== null) textNotUnicode.check(name, context);
  const driver = request.driverAsWritten;
  if (driver !== null) textNotUnicode.check(driver, context);
  const path = request.path;
  if (path !== null) textNotUnicode.check(path, context);
  for (let index = 0; index < request.options.length; index++) {
    const option = request.options[index];
    textNotUnicode.check(option.key, context);
    const value = option.value;
    if (value !== null) textNotUnicode.check(value, context);
  }
}

/** What the live volumes say about a document's requests. */
export function checkLedger(document: Document, rows: LedgerVolume[], context: Context): void {
  const requests = document.requests;
  for (let index = 0; index < requests.length; index++) {
    const request = requests[index];
    if (request.isIgnored) continue;
    for (let row = 0; row < rows.length; row++) {
      volumeCase.check(request, rows[row], context);
      if (!isRowOf(rows[row], request)) continue;
      volumeInUse.check(request, rows[row], context);
      volumeVanished.check(request, rows[row], context);
      if (rows[row].isMounted) optionsIgnored.check(request, rows[row], context);
    }
  }
}

/** True when the row is the live volume that the request asks for. */
export function isRowOf(row: LedgerVolume, request: VolumeRequest): bool {
  return row.driver.equals(request.driver) && row.name.equals(request.volumeName);
}
