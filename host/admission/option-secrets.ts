import type { Admission, Description, JsonValue, VolumeRequest } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { valueAt } from './patch/json-pointer.ts';

/** Kinds that hold several tasks, and the kind that each of their tasks is by itself. */
const TASK_KINDS: Readonly<Record<string, string>> = {
  'marathon-apps': 'marathon-app',
  'marathon-group': 'marathon-app',
};

/**
 * What the core reads of a document's options, so that the ones it calls secret can be taken out of what is shown. An
 * admission has no options; a document of several tasks is therefore read again, task by task. A document that is
 * broken yields none: then no option at all is shown (unread-options.ts).
 * @param kinds what the core says of the kinds that it reads
 * @param json what the core was given
 */
export function readRequests(
  core: Core,
  kinds: Description['kinds'],
  admission: Admission,
  json: Uint8Array,
): readonly VolumeRequest[] {
  const idOf = (name: string): number | undefined => kinds.find((kind) => kind.name === name)?.id;
  if (admission.kind === 'marathon-pod') return podRequests(core, admission, json, idOf('environment'));
  const taskKind = TASK_KINDS[admission.kind];
  if (taskKind === undefined) return core.inspect(idOf(admission.kind) ?? 0, json).requests;
  const document = parse(json);
  return admission.tasks.flatMap(({ pointer }) => requestsOf(core, idOf(taskKind), valueAt(document, pointer)));
}

/** A pod's variables stand beside its containers, and each container's own in it. */
function podRequests(
  core: Core,
  admission: Admission,
  json: Uint8Array,
  kind: number | undefined,
): readonly VolumeRequest[] {
  const document = parse(json);
  const shared = membersOf(valueAt(document, '/environment'));
  return admission.tasks.flatMap(({ pointer }) => {
    const own = membersOf(valueAt(document, `${pointer}/environment`));
    return requestsOf(core, kind, { ...shared, ...own });
  });
}

function requestsOf(core: Core, kind: number | undefined, value: JsonValue | undefined): readonly VolumeRequest[] {
  return kind === undefined || value === undefined ? [] : core.inspect(kind, JSON.stringify(value)).requests;
}

function membersOf(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as { readonly [key: string]: JsonValue }) : {};
}

function parse(json: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(json)) as JsonValue;
  } catch {
    return undefined;
  }
}
