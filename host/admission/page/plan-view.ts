import type { Plan, Step } from '../../core/index.ts';
import type { Check } from './checking.ts';
import { byId, drawing, element, quoted } from './elements.ts';
import { layOut, type PlacedArrow, type PlacedStep, STEP_HEIGHT, STEP_WIDTH } from './plan-layout.ts';
import { describeStep } from './plan-text.ts';
import { counted } from './severity.ts';

/** Longest line of a step in the drawing, in characters of the small font; the list has it whole. */
const LINE_SIZE_MAX = 29;

/** Draws the plan and lists it, or says why there is none. */
export function showPlan({ admission, plan }: Check): void {
  byId('plan', HTMLElement).replaceChildren(...viewsOf(admission === null, plan));
}

function viewsOf(isUndecided: boolean, plan: Plan | null): HTMLElement[] {
  if (isUndecided) return [empty('There is no plan under a policy that is not valid.')];
  if (plan === null) {
    return [empty('A plan is made for one task at a time, and the document has several: what each asks for is above.')];
  }
  if (plan.verdict === 'deny') return [empty('Nothing is done for a document that is denied.')];
  if (plan.steps.length === 0) return [empty('There is nothing to do: no volume is asked for.')];
  return [drawn(plan.steps), listed(plan.steps)];
}

function empty(text: string): HTMLElement {
  return element('p', { class: 'empty' }, text);
}

function drawn(steps: readonly Step[]): HTMLElement {
  const { steps: placed, arrows, width, height } = layOut(steps);
  const graph = drawing(
    'svg',
    {
      class: 'graph',
      width: `${width}`,
      height: `${height}`,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${counted(steps.length, 'step')} from left to right; the list below says the same in words`,
    },
    ...arrows.map(arrowOf),
    ...placed.map((each) => boxOf(each, steps)),
  );
  // It may be wider than the page, and what scrolls must be reachable by keys.
  return element('div', { class: 'graph-frame', tabindex: '0', role: 'group', 'aria-label': 'Plan, drawn' }, graph);
}

function arrowOf({ from, to }: PlacedArrow): SVGElement {
  const start = { x: from.left + STEP_WIDTH, y: from.top + STEP_HEIGHT / 2 };
  const end = { x: to.left, y: to.top + STEP_HEIGHT / 2 };
  const middle = (start.x + end.x) / 2;
  const line = `M${start.x} ${start.y}C${middle} ${start.y} ${middle} ${end.y} ${end.x - 7} ${end.y}`;
  const tip = `M${end.x - 8} ${end.y - 4}l8 4l-8 4z`;
  return drawing(
    'g',
    {},
    drawing('path', { class: 'arrow-line', d: line }),
    drawing('path', { class: 'arrow-tip', d: tip }),
  );
}

function boxOf({ step, left, top }: PlacedStep, steps: readonly Step[]): SVGElement {
  const { what, subject } = describeStep(step, steps);
  return drawing(
    'g',
    { class: `step step-${step.action}`, transform: `translate(${left} ${top})` },
    drawing('title', {}, `${what}: ${subject}`),
    drawing('rect', { width: `${STEP_WIDTH}`, height: `${STEP_HEIGHT}`, rx: '6' }),
    drawing('text', { class: 'step-what', x: '12', y: '21' }, `${step.id + 1}. ${what}`),
    drawing('text', { class: 'step-subject', x: '12', y: '40' }, shortened(subject)),
  );
}

/** The end of a path tells more than its middle. */
function shortened(text: string): string {
  if (text.length <= LINE_SIZE_MAX) return text;
  const half = Math.floor((LINE_SIZE_MAX - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

function listed(steps: readonly Step[]): HTMLElement {
  const items = steps.map((step) => {
    const { what, subject, detail } = describeStep(step, steps);
    const after = step.after.map((id) => id + 1).join(' and ');
    return element(
      'li',
      {},
      `${what}: `,
      quoted(subject),
      ...(detail === '' ? [] : [' (', quoted(detail), ')']),
      after === '' ? ', at once' : `, after ${after}`,
    );
  });
  // On a narrow page most of the drawing is out of sight.
  const open = matchMedia('(max-width: 40rem)').matches ? '' : null;
  const summary = element('summary', {}, 'Steps in words');
  return element('details', { open }, summary, element('ol', { class: 'steps' }, ...items));
}
