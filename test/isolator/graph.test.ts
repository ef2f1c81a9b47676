import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { type GraphNode, type OnFailure, reversed, runGraph } from '../../host/isolator/graph.ts';

function node(id: number, ...after: number[]): GraphNode {
  return { id, after };
}

/** Performs a graph by hand: each node ends when the test says so. */
function manual(nodes: readonly GraphNode[], onFailure: OnFailure) {
  const started: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<void>>();
  const done = runGraph(
    nodes,
    async ({ id }) => {
      started.push(id);
      const end = Promise.withResolvers<void>();
      ends.set(id, end);
      await end.promise;
    },
    onFailure,
  );
  return {
    started,
    done,
    async succeed(id: number) {
      ends.get(id)?.resolve();
      await turn();
    },
    async fail(id: number) {
      ends.get(id)?.reject(new Error(`${id} failed`));
      await turn();
    },
  };
}

test('whatever is ready starts at once and waits for nothing else', async () => {
  const graph = manual([node(0), node(1), node(2, 0), node(3, 0, 1), node(4, 2)], 'stop');
  expect(graph.started).toEqual([0, 1]);
  await graph.succeed(0);
  expect(graph.started).toEqual([0, 1, 2]);
  await graph.succeed(2);
  expect(graph.started).toEqual([0, 1, 2, 4]);
  await graph.succeed(1);
  expect(graph.started).toEqual([0, 1, 2, 4, 3]);
  await graph.succeed(3);
  await graph.succeed(4);
  expect(await graph.done).toEqual([]);
});

test('an empty graph is done, ids that no node has are ignored, and so is the order of the nodes', async () => {
  expect(await runGraph([], async () => undefined, 'stop')).toEqual([]);
  const order: number[] = [];
  await runGraph([node(2, 1, 1), node(1, 99)], async ({ id }) => void order.push(id), 'stop');
  expect(order).toEqual([1, 2]);
});

test('stop: nothing new starts, what is in flight is waited for, every failure is told', async () => {
  const graph = manual([node(0), node(1), node(2), node(3, 0), node(4, 1)], 'stop');
  await graph.fail(0);
  await graph.succeed(1);
  expect(graph.started).toEqual([0, 1, 2]);
  let isOver = false;
  void graph.done.then(() => {
    isOver = true;
  });
  await turn();
  expect(isOver).toBe(false);
  await graph.fail(2);
  const failures = await graph.done;
  expect(failures.map(({ node: { id } }) => id)).toEqual([0, 2]);
  expect(graph.started).toEqual([0, 1, 2]);
});

test('skip-dependents: only what depends on a failure is left out, however far away', async () => {
  const graph = manual([node(0), node(1), node(2, 0), node(3, 2), node(4, 1)], 'skip-dependents');
  await graph.fail(0);
  await graph.succeed(1);
  await graph.succeed(4);
  expect((await graph.done).map(({ node: { id } }) => id)).toEqual([0]);
  expect(graph.started).toEqual([0, 1, 4]);
});

test('go-on: everything is tried', async () => {
  const graph = manual([node(0), node(1, 0), node(2, 1)], 'go-on');
  await graph.fail(0);
  await graph.fail(1);
  await graph.succeed(2);
  expect((await graph.done).map(({ node: { id } }) => id)).toEqual([0, 1]);
  expect(graph.started).toEqual([0, 1, 2]);
});

test('a graph in the opposite order', () => {
  const turned = reversed([node(0), node(1, 0), node(2, 0, 1)]);
  expect(turned.map(({ id, after }) => ({ id, after }))).toEqual([
    { id: 0, after: [1, 2] },
    { id: 1, after: [2] },
    { id: 2, after: [] },
  ]);
});

test('in any graph every node runs once, after those before it; reversed, after those behind it', async () => {
  const graphs = fc
    .integer({ min: 0, max: 30 })
    .chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, id) =>
          fc.subarray(Array.from({ length: id }, (__, other) => other)).map((after) => ({ id, after })),
        ),
      ),
    );
  await fc.assert(
    fc.asyncProperty(graphs, async (nodes) => {
      const done = new Set<number>();
      await runGraph(
        nodes,
        async ({ id, after }) => {
          expect(after.every((other) => done.has(other))).toBe(true);
          await turn();
          expect(done.has(id)).toBe(false);
          done.add(id);
        },
        'stop',
      );
      expect(done.size).toBe(nodes.length);
      await runGraph(
        reversed(nodes),
        async ({ id, after }) => {
          expect(after.some((other) => done.has(other))).toBe(false);
          done.delete(id);
        },
        'go-on',
      );
      expect(done.size).toBe(0);
    }),
    { numRuns: 50 },
  );
});
