import type { Source } from '../../admission/finding-text.ts';
import { CliError } from '../cli-error.ts';
import { containerIdText, isContainerId } from './container-id.ts';

/** What a runtime says of its containers, for `dvdi recover`. */
export interface ContainerList {
  readonly running: readonly string[];
  /** Known to the runtime, and to be cleaned up by it soon. */
  readonly orphans: readonly string[];
}

const shapes =
  'a JSON array of container ids, {"running": […], "orphans": […]}, or the states that a Mesos agent recovers';

/** Names under which an object may list its running containers; `states` is what Mesos calls them. */
const runningFields = ['running', 'states'] as const;

function notAList(source: Source, got: string): CliError {
  return new CliError('the list of containers is not one', {
    code: 'cli-containers',
    expected: shapes,
    got: `${got}, in ${source.name}`,
    advice: 'nothing was released: a container that is missing from the list would lose its volumes',
  });
}

function parse(source: Source): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source.bytes));
  } catch (error) {
    throw notAList(source, (error as Error).message);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An id as text, as a Mesos `ContainerID`, or inside of a Mesos `ContainerState`. */
function idOf(item: unknown, place: string, source: Source): string {
  if (typeof item === 'string' && item !== '') return item;
  const id = isObject(item) && 'container_id' in item ? item.container_id : item;
  if (isContainerId(id)) return containerIdText(id);
  throw notAList(source, `no container id at ${place}`);
}

function idsOf(items: unknown, place: string, source: Source): string[] {
  if (!Array.isArray(items)) throw notAList(source, `no array at ${place === '' ? 'the top' : place}`);
  return items.map((item, index) => idOf(item, `${place}/${index}`, source));
}

function listOfObject(document: Readonly<Record<string, unknown>>, source: Source): ContainerList {
  if ('container_id' in document) return { running: [idOf(document, '/container_id', source)], orphans: [] };
  const known = new Set<string>([...runningFields, 'orphans']);
  const unknown = Object.keys(document).find((field) => !known.has(field));
  if (unknown !== undefined) throw notAList(source, `the field ${JSON.stringify(unknown)}`);
  const fields = runningFields.filter((field) => field in document);
  // Left out is not the same as empty: without this list nothing can be told from what is gone.
  if (fields.length === 0) throw notAList(source, 'an object without "running"');
  return {
    running: fields.flatMap((field) => idsOf(document[field], `/${field}`, source)),
    orphans: 'orphans' in document ? idsOf(document.orphans, '/orphans', source) : [],
  };
}

/**
 * Reads the containers that run. Whatever is not understood is refused as a whole: what is not in the list is
 * taken for gone, and its volumes are released.
 * @throws {CliError} `cli-containers`
 */
export function readContainerList(source: Source): ContainerList {
  const document = parse(source);
  if (isObject(document)) return listOfObject(document, source);
  return { running: idsOf(document, '', source), orphans: [] };
}

/**
 * Reads the ids of a file that only has orphans.
 * @throws {CliError} `cli-containers`
 */
export function readOrphans(source: Source): readonly string[] {
  const document = parse(source);
  return isObject(document) && 'orphans' in document && Object.keys(document).length === 1
    ? idsOf(document.orphans, '/orphans', source)
    : idsOf(document, '', source);
}
