import { renderInspection } from '../../../host/cli/render/inspection.ts';
import { createPalette } from '../../../host/system/palette.ts';
import { loadCoverageCore } from '../../support/core.ts';

test('each request is shown by the line of its name, also in a document whose lines end with CR and LF', async () => {
  const core = await loadCoverageCore();
  for (const ending of ['\n', '\r\n']) {
    const lines = ['{', '"DVDI_VOLUME_NAME": "Ωμέγα",', '', '"DVDI_VOLUME_NAME1": "logs"', '}'];
    const document = new TextEncoder().encode(lines.join(ending));
    const shown = renderInspection(core.inspect(0, document), document, createPalette(false));
    expect(shown).toContain('rexray/Ωμέγα\n    from     variables without a digit, line 2\n');
    expect(shown).toContain('rexray/logs\n    from     variables with digit 1, line 4\n');
  }
});
