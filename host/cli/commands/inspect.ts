import { printableJson } from '../../system/printable-text.ts';
import type { CliCommand, DocumentOptions } from '../cli-command.ts';
import { documentOptions, outputOptions } from '../cli-command.ts';
import { openDocument, printFindings } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';

/** `dvdi inspect FILE`: what the core understands of a document, before any plan is made. */
export const inspect: CliCommand<DocumentOptions> = {
  name: 'inspect',
  define: (command) =>
    outputOptions(documentOptions(command.description('say what a document asks for, and what is wrong with it'))),

  async execute([file = '-'], options, context) {
    const session = await openDocument(file, options, context);
    const inspection = session.redactor.document(session.inspection);
    const findings = [...session.policyFindings, ...inspection.findings];
    const refused = session.policyRefused || inspection.verdict === 'deny';
    if (options.json) {
      const verdict = refused ? 'deny' : inspection.verdict;
      context.stdout.line(printableJson({ ...inspection, verdict, findings }));
    } else {
      const { renderInspection } = await import('../render/inspection.ts');
      context.stdout.line(renderInspection(inspection, session.document.bytes, context.stdout.palette));
      await printFindings(findings, session, context.stderr, options.quiet);
    }
    return refused ? exitCodes.refused : exitCodes.ok;
  },
};
