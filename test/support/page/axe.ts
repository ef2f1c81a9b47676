import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong for assistive technology with a page as it is now: `rule: place`, or nothing. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated and not added as a script, which the page's policy for content would refuse.
  await page.evaluate(axe.source);
  const results: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
