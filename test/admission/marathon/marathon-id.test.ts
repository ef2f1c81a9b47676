import { absoluteId } from '../../../host/admission/marathon/marathon-id.ts';

test.each([
  ['web', '/', '/web'],
  ['/web', '/team', '/web'],
  ['web', '/team', '/team/web'],
  ['../web', '/team/a', '/team/web'],
  ['../../../web', '/team', '/web'],
  ['./a//b/', '/team', '/team/a/b'],
  ['', '/team', '/team'],
  ['/', '/team', '/'],
  ['..', '/', '/'],
])('%j under %s is %s', (text, base, id) => {
  expect(absoluteId(text, base)).toBe(id);
});
