import type { Step } from '../../core/index.ts';

/** A step in the drawing, in pixels. */
export interface PlacedStep {
  readonly step: Step;
  readonly left: number;
  readonly top: number;
}

/** An arrow from a step to one that comes after it. */
export interface PlacedArrow {
  readonly from: PlacedStep;
  readonly to: PlacedStep;
}

/** A plan as a drawing: columns of steps that may be done at once, arrows from left to right. */
export interface PlanLayout {
  readonly steps: readonly PlacedStep[];
  readonly arrows: readonly PlacedArrow[];
  readonly width: number;
  readonly height: number;
}

export const STEP_WIDTH = 204;
export const STEP_HEIGHT = 52;
const COLUMN_GAP = 44;
const ROW_GAP = 16;
/** Room for the outlines. */
const MARGIN = 2;

/** Places each step one column after the last of those that it waits for, in the order of the plan from above. */
export function layOut(steps: readonly Step[]): PlanLayout {
  const columns = new Map<number, number>();
  const rows: number[] = [];
  const placed = steps.map((step): PlacedStep => {
    // The steps before one stand before it in the plan, too (docs/abi/v1.md).
    const column = Math.max(0, ...step.after.map((id) => (columns.get(id) ?? 0) + 1));
    const row = rows[column] ?? 0;
    columns.set(step.id, column);
    rows[column] = row + 1;
    return {
      step,
      left: MARGIN + column * (STEP_WIDTH + COLUMN_GAP),
      top: MARGIN + row * (STEP_HEIGHT + ROW_GAP),
    };
  });
  return {
    steps: placed,
    arrows: arrowsBetween(placed),
    width: 2 * MARGIN + rows.length * STEP_WIDTH + Math.max(0, rows.length - 1) * COLUMN_GAP,
    height: 2 * MARGIN + Math.max(0, ...rows) * (STEP_HEIGHT + ROW_GAP) - ROW_GAP,
  };
}

function arrowsBetween(placed: readonly PlacedStep[]): PlacedArrow[] {
  const byId = new Map(placed.map((each) => [each.step.id, each]));
  return placed.flatMap((to) =>
    to.step.after.flatMap((id) => {
      const from = byId.get(id);
      return from === undefined ? [] : [{ from, to }];
    }),
  );
}
