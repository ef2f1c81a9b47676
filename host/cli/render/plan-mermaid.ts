import type { Plan } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { lastSteps, startsTask } from './plan-graph.ts';
import { stepTitle } from './step-title.ts';

/** Everything that Mermaid could take for syntax or markup becomes an entity code, `#` and the code point. */
function quote(text: string): string {
  const safe = printableText(text).replace(/[^\p{L}\p{N} /._+,=-]/gu, (character) => `#${character.codePointAt(0)};`);
  return `"${safe}"`;
}

/** The graph of a plan as a Mermaid flowchart; a step stands under those that it waits for. */
export function renderPlanMermaid(plan: Plan): string {
  const nodes = plan.steps.map((step) => `  step${step.id}[${quote(stepTitle(step, plan.steps))}]`);
  const edges = plan.steps.flatMap((step) => step.after.map((id) => `  step${id} --> step${step.id}`));
  const launch = startsTask(plan) ? ['  launch([start the task])'] : [];
  const starts = startsTask(plan) ? lastSteps(plan).map((id) => `  step${id} --> launch`) : [];
  return ['flowchart TD', ...nodes, ...launch, ...edges, ...starts].join('\n');
}
