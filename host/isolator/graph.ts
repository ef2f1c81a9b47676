/** A node and those that must come before it, by id. Ids that no node has are ignored. */
export interface GraphNode {
  readonly id: number;
  readonly after: readonly number[];
}

/** What follows when a node fails: nothing new starts; all but what depends on it goes on; everything goes on. */
export type OnFailure = 'stop' | 'skip-dependents' | 'go-on';

export interface GraphFailure<Node> {
  readonly node: Node;
  readonly error: unknown;
}

/**
 * Performs nodes as parallel as their order allows: whatever is ready starts at once and waits for nothing else.
 * Returns when nothing is in flight any more.
 * @returns the failures, in the order in which they came.
 */
export async function runGraph<Node extends GraphNode>(
  nodes: readonly Node[],
  perform: (node: Node) => Promise<void>,
  onFailure: OnFailure,
): Promise<GraphFailure<Node>[]> {
  const dependents = dependentsOf(nodes);
  const ids = new Set(nodes.map(({ id }) => id));
  const waitingFor = new Map(nodes.map(({ id, after }) => [id, new Set(after.filter((other) => ids.has(other)))]));
  const failures: GraphFailure<Node>[] = [];

  const start = async (node: Node): Promise<void> => {
    let isDone = true;
    try {
      await perform(node);
    } catch (error) {
      failures.push({ node, error });
      isDone = onFailure === 'go-on';
    }
    if (!isDone || (onFailure === 'stop' && failures.length > 0)) return;
    await Promise.all(readyAfter(node).map(start));
  };
  const readyAfter = (node: Node): Node[] =>
    (dependents.get(node.id) ?? []).filter(({ id }) => {
      const open = waitingFor.get(id);
      return open?.delete(node.id) && open.size === 0;
    });

  await Promise.all(nodes.filter(({ id }) => waitingFor.get(id)?.size === 0).map(start));
  return failures;
}

/** The same nodes in the opposite order: each after those that came after it. */
export function reversed<Node extends GraphNode>(
  nodes: readonly Node[],
): { id: number; after: number[]; node: Node }[] {
  const dependents = dependentsOf(nodes);
  return nodes.map((node) => ({ id: node.id, after: (dependents.get(node.id) ?? []).map(({ id }) => id), node }));
}

function dependentsOf<Node extends GraphNode>(nodes: readonly Node[]): Map<number, Node[]> {
  const dependents = new Map<number, Node[]>();
  for (const node of nodes) {
    for (const id of new Set(node.after)) {
      const list = dependents.get(id);
      if (list === undefined) dependents.set(id, [node]);
      else list.push(node);
    }
  }
  return dependents;
}
