import { Option } from 'commander';
import type { Plan } from '../../core/documents.ts';
import { printableJson } from '../../system/printable-text.ts';
import type { CliCommand, DocumentOptions } from '../cli-command.ts';
import { documentOptions, outputOptions } from '../cli-command.ts';
import type { Output } from '../context.ts';
import { type DocumentSession, openDocument, printFindings } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderPlanText } from '../render/plan-text.ts';

const formats = ['text', 'json', 'mermaid', 'dot'] as const;
type Format = (typeof formats)[number];

interface PlanOptions extends DocumentOptions {
  readonly format?: Format;
}

/** Stands in the plan where neither the document nor the user names the container. */
const exampleContainer = 'example';

/** The usual renderer is part of the start-up files; the others are loaded when they are asked for. */
async function render(plan: Plan, format: Format, output: Output): Promise<string> {
  switch (format) {
    case 'json':
      return printableJson(plan);
    case 'mermaid':
      return (await import('../render/plan-mermaid.ts')).renderPlanMermaid(plan);
    case 'dot':
      return (await import('../render/plan-dot.ts')).renderPlanDot(plan);
    case 'text':
      return renderPlanText(plan, output.palette);
  }
}

/** Under a refused policy nothing is decided: the plan is the findings. */
function refusedByPolicy(session: DocumentSession, container: string): Plan {
  return {
    abi: session.inspection.abi,
    plan: 'prepare',
    container,
    verdict: 'deny',
    claims: [],
    steps: [],
    launch: { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] },
    findings: session.policyFindings,
  };
}

/** `dvdi plan FILE`: what `dvdi run FILE` would do on a machine where no volume is mounted yet. Nothing is touched. */
export const plan: CliCommand<PlanOptions> = {
  name: 'plan',
  define: (command) =>
    outputOptions(
      documentOptions(command.description('show what would be done for a document; nothing is touched')),
    ).addOption(new Option('--format <format>', 'how to show it; --json is --format json').choices(formats)),

  async execute([file = '-'], options, context) {
    const session = await openDocument(file, options, context);
    const container = options.container ?? session.inspection.container ?? exampleContainer;
    const made = session.policyRefused
      ? refusedByPolicy(session, container)
      : session.core.prepare({ container, kind: session.kind, ledger: { volumes: [] } }, session.document.bytes);
    const findings = session.policyRefused ? made.findings : [...session.policyFindings, ...made.findings];
    const shown = session.redactor.document({ ...made, findings });
    const format = options.json ? 'json' : (options.format ?? 'text');
    context.stdout.line(await render(shown, format, context.stdout));
    if (format !== 'json') await printFindings(shown.findings, session, context.stderr, options.quiet);
    return shown.verdict === 'deny' ? exitCodes.refused : exitCodes.ok;
  },
};
