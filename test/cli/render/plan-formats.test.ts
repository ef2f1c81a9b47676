import { renderPlanDot } from '../../../host/cli/render/plan-dot.ts';
import { renderPlanMermaid } from '../../../host/cli/render/plan-mermaid.ts';
import { renderPlanText } from '../../../host/cli/render/plan-text.ts';
import type { Plan, Step } from '../../../host/core/documents.ts';
import { createPalette } from '../../../host/system/palette.ts';
import { deniedPlan, samplePlan } from '../../support/sample-plan.ts';

const palette = createPalette(false);

test('the text names every step, what it waits for, its limits and its undo', () => {
  expect(renderPlanText(samplePlan, palette)).toBe(
    [
      'prepare hello-play: 2 volumes, 5 steps',
      '   0  ensure directory /tmp/ebs-auto',
      '      made as  root, mode 0755',
      '      undo     remove what was made',
      '   1  mount platform1/testing',
      '      options  size=5 password=***',
      '      through  its plugin socket, within 120 s, created when it does not exist',
      '      under    /var/lib/volumes',
      '      undo     unmount within 600 s',
      '   2  mount platform2/testing2',
      '      through  /usr/bin/dvdcli, within 120 s, must exist',
      '      undo     unmount within 600 s',
      '   3  give platform1/testing owner and mode of /tmp/ebs-auto  after 0, 1',
      '   4  bind platform1/testing at /tmp/ebs-auto read-only  after 3',
      'launch: in a new mount namespace, slave propagation, binds 4',
    ].join('\n'),
  );
});

test('a denied plan says so and nothing else', () => {
  expect(renderPlanText(deniedPlan, palette)).toBe('prepare hello-play: denied, nothing is done');
});

test('Mermaid has a node a step, an edge a dependency, and the start after the last steps', () => {
  expect(renderPlanMermaid(samplePlan)).toBe(
    [
      'flowchart TD',
      '  step0["ensure directory /tmp/ebs-auto"]',
      '  step1["mount platform1/testing"]',
      '  step2["mount platform2/testing2"]',
      '  step3["give platform1/testing owner and mode of /tmp/ebs-auto"]',
      '  step4["bind platform1/testing at /tmp/ebs-auto read-only"]',
      '  launch([start the task])',
      '  step0 --> step3',
      '  step1 --> step3',
      '  step3 --> step4',
      '  step2 --> launch',
      '  step4 --> launch',
    ].join('\n'),
  );
});

test('DOT has the same graph', () => {
  const dot = renderPlanDot(samplePlan);
  expect(dot.split('\n')[0]).toBe('digraph "prepare hello-play" {');
  expect(dot).toContain('  step3 -> step4;\n  step2 -> launch;\n  step4 -> launch;\n}');
});

describe('a denied plan has no start of a task', () => {
  test.each([
    ['mermaid', renderPlanMermaid],
    ['dot', renderPlanDot],
  ])('%s', (_name, render) => {
    expect(render(deniedPlan)).not.toContain('launch');
  });
});

function withName(name: string): Plan {
  const steps = samplePlan.steps.map(
    (step): Step => (step.action === 'mountVolume' ? { ...step, volume: { driver: 'driver', name } } : step),
  );
  return { ...samplePlan, container: name, steps };
}

describe('hostile names', () => {
  const hostile = '\u001b[31m"];\nclick step0 "javascript:alert(1)" %%{init}%% <b> &amp; #quot; \\" \u202e';

  test.each([
    ['text', (plan: Plan) => renderPlanText(plan, palette)],
    ['mermaid', renderPlanMermaid],
    ['dot', renderPlanDot],
  ])('%s holds no raw control character and no extra line', (_name, render) => {
    const plain = render(withName('x'));
    const attacked = render(withName(hostile));
    expect(attacked).not.toMatch(/[^\P{C}\n]/u);
    expect(attacked.split('\n')).toHaveLength(plain.split('\n').length);
  });

  test('Mermaid gets no syntax from them', () => {
    const node = renderPlanMermaid(withName(hostile)).split('\n')[2] ?? '';
    expect(node).toMatch(/^ {2}step1\["[^"<>[\]{}()%&;\\]*(?:#\d+;[^"<>[\]{}()%&;\\]*)*"\]$/u);
  });

  test('DOT strings stay closed', () => {
    const node = renderPlanDot(withName(hostile)).split('\n')[3] ?? '';
    expect(node).toMatch(/^ {2}step1 \[label="(?:[^"\\]|\\\\|\\")*"\];$/u);
  });
});
