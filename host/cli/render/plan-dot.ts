import type { Plan } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { lastSteps, startsTask } from './plan-graph.ts';
import { stepTitle } from './step-title.ts';

/** A quoted string of the DOT language; backslashes are doubled, since labels know `\n` and `\l`. */
function quote(text: string): string {
  return `"${printableText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The graph of a plan in Graphviz' DOT language; a step stands under those that it waits for. */
export function renderPlanDot(plan: Plan): string {
  const nodes = plan.steps.map((step) => `  step${step.id} [label=${quote(stepTitle(step, plan.steps))}];`);
  const edges = plan.steps.flatMap((step) => step.after.map((id) => `  step${id} -> step${step.id};`));
  const launch = startsTask(plan) ? ['  launch [label="start the task", shape=oval];'] : [];
  const starts = startsTask(plan) ? lastSteps(plan).map((id) => `  step${id} -> launch;`) : [];
  const title = quote(`${plan.plan} ${plan.container}`);
  return [`digraph ${title} {`, '  node [shape=box];', ...nodes, ...launch, ...edges, ...starts, '}'].join('\n');
}
