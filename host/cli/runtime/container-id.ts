/** A container id as Mesos writes it in JSON: nested containers name their parent. */
export interface ContainerId {
  readonly value: string;
  readonly parent?: ContainerId;
}

/** As deep as the core reads JSON; no runtime nests containers that far. */
const depthMax = 64;

/** Whether a value from outside is a container id. */
export function isContainerId(value: unknown, depth = 0): value is ContainerId {
  if (typeof value !== 'object' || value === null || depth >= depthMax) return false;
  const { value: own, parent } = value as Record<string, unknown>;
  return typeof own === 'string' && own !== '' && (parent === undefined || isContainerId(parent, depth + 1));
}

/** The id as one text, the root's first, joined with dots: as the core names containers, and as Mesos prints them. */
export function containerIdText(id: ContainerId): string {
  const own = id.value;
  return id.parent === undefined ? own : `${containerIdText(id.parent)}.${own}`;
}
