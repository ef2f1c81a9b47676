import fc from 'fast-check';
import { positionsOf } from '../../../host/admission/page/byte-positions.ts';
import { layOut, STEP_HEIGHT, STEP_WIDTH } from '../../../host/admission/page/plan-layout.ts';
import type { Step } from '../../../host/core/index.ts';

describe('byte offsets in a text', () => {
  test('each character of one to four bytes', () => {
    expect(positionsOf('aü€😀b', [0, 1, 3, 6, 10, 11])).toEqual([0, 1, 2, 3, 5, 6]);
  });

  test('in any order, inside of a character, past the end', () => {
    expect(positionsOf('ü😀', [7, 2, 1, 0, 4])).toEqual([3, 1, 0, 0, 1]);
    expect(positionsOf('', [0, 5])).toEqual([0, 0]);
  });

  test('as an encoder counts them, whatever the text', () => {
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const starts = [...text].map((_, index, characters) => characters.slice(0, index).join(''));
        const offsets = starts.map((before) => encoder.encode(before).byteLength);
        expect(positionsOf(text, offsets)).toEqual(starts.map((before) => before.length));
      }),
    );
  });
});

describe('a plan as a drawing', () => {
  const step = (id: number, after: readonly number[]) => ({ id, after, action: 'forget' }) as unknown as Step;

  test('each step stands right of those that it waits for, and on none of the others', () => {
    const graphs = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(graphs, (after) => {
        const steps = after.map((ids, id) => step(id, id === 0 ? [] : [...new Set(ids.map((each) => each % id))]));
        const { steps: placed, arrows, width, height } = layOut(steps);
        expect(arrows).toHaveLength(steps.reduce((count, each) => count + each.after.length, 0));
        for (const { from, to } of arrows) expect(from.left + STEP_WIDTH).toBeLessThan(to.left);
        expect(new Set(placed.map(({ left, top }) => `${left} ${top}`)).size).toBe(steps.length);
        for (const { left, top } of placed) {
          expect(left + STEP_WIDTH).toBeLessThanOrEqual(width);
          expect(top + STEP_HEIGHT).toBeLessThanOrEqual(height);
        }
      }),
    );
  });
});
