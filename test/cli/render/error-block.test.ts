import { reportError } from '../../../host/cli/error-report.ts';
import { renderError } from '../../../host/cli/render/error-block.ts';
import { createPalette } from '../../../host/system/palette.ts';

const palette = createPalette(false);

function failure(message: string, fields: object): Error {
  return Object.assign(new Error(message), fields);
}

test('several failures are shown each with its reason, and the innermost code is explained', () => {
  const refused = failure('the driver refused: no space', { code: 'driver-refused' });
  const step = failure('step 1 failed', { code: 'step-failed', cause: refused });
  const undo = failure('step 0 could not be undone', {
    code: 'step-failed',
    cause: failure('EBUSY', { code: 'EBUSY' }),
  });
  const plan = failure('the prepare failed', { code: 'plan-failed', failures: [step, undo] });
  expect(renderError(reportError(plan), palette)).toBe(
    [
      'dvdi: error: the prepare failed [plan-failed]',
      '  because: step 1 failed [step-failed]',
      '    because: the driver refused: no space [driver-refused]',
      '  because: step 0 could not be undone [step-failed]',
      '    because: EBUSY [EBUSY]',
      '  more:     dvdi explain driver-refused',
    ].join('\n'),
  );
});

test('a reason that says again what stands above it is left out', () => {
  const error = failure('mount: no such driver', { code: 'driver-missing', cause: failure('no such driver', {}) });
  expect(renderError(reportError(error), palette)).not.toContain('because');
});

test('an error that is its own cause, or is none at all, is shown and does not hang', () => {
  const circle = failure('round', { code: 'x-y' });
  circle.cause = circle;
  expect(renderError(reportError(circle), palette)).toContain('round');
  expect(renderError(reportError('thrown text\u001b[31m'), palette)).toBe(
    'dvdi: error: thrown text\\x1b[31m [internal]',
  );
});

test('an aggregate shows all of its errors', () => {
  const error = new AggregateError([new Error('one'), new Error('two')], 'both failed');
  expect(renderError(reportError(error), palette)).toMatch(/because: one[\s\S]*because: two/u);
});

test('several lines of a message stay several lines, and nothing of it is raw', () => {
  const block = renderError(reportError(failure('first\nsecond\u202e', { got: '\u0007\n', expected: 'x' })), palette);
  expect(block.split('\n')).toEqual([
    'dvdi: error: first [internal]',
    '  second\\u202e',
    '  expected: x',
    '  got:      \\x07\\n',
  ]);
});
