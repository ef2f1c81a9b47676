import {
  type ExpressionRef,
  Flow,
  getBlockChildAt,
  getBlockChildCount,
  getBlockName,
  getExpressionId,
} from 'assemblyscript';
import { EXPRESSION_BLOCK } from './compiler.ts';

type Inherit = (this: Flow, expression: ExpressionRef, iff?: Flow | null) => void;

/** The compiler's two steps that learn "this local is not null here" from a condition. */
const STEPS = ['inheritNonnullIfTrue', 'inheritNonnullIfFalse'] as const;

/**
 * Lets the compiler see through `(count(n), condition)` while `compile` runs.
 *
 * The compiler narrows `a` in `a != null && a.next != null` by looking at the code of the condition. A counter makes a
 * block of it, `{ count; a != null }`, which the compiler does not look into, although the value of a block is that of
 * its last expression. Without this, instrumented code that tests for null would not compile.
 */
export async function seeingThroughCounters<T>(compile: () => Promise<T>): Promise<T> {
  const prototype = Flow.prototype as unknown as Record<(typeof STEPS)[number], Inherit>;
  const originals = STEPS.map((step) => prototype[step]);
  STEPS.forEach((step, index) => {
    const original = originals[index] as Inherit;
    prototype[step] = function (expression, iff = null) {
      original.call(this, valuedPart(expression), iff);
    };
  });
  try {
    return await compile();
  } finally {
    STEPS.forEach((step, index) => {
      prototype[step] = originals[index] as Inherit;
    });
  }
}

/** The expression that gives an unnamed block its value; any other expression as it is. */
function valuedPart(expression: ExpressionRef): ExpressionRef {
  if (getExpressionId(expression) !== EXPRESSION_BLOCK || getBlockName(expression) !== null) return expression;
  const count = getBlockChildCount(expression);
  return count === 0 ? expression : valuedPart(getBlockChildAt(expression, count - 1));
}
