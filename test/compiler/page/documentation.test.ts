import { documentationPage } from '../../../compiler/page/documentation.ts';

const pageOf = (text: string) =>
  documentationPage({ title: 'A & B', text, contentSecurityPolicy: "default-src 'none'" }, ['findings', 'policy']);

test('a heading has the id that links to it use', () => {
  expect(pageOf('## option-integer\n')).toContain('<h2 id="option-integer">option-integer</h2>');
  expect(pageOf('# The *bytes*, of `it`\n')).toContain('<h1 id="the-bytes-of-it">');
});

test('links lead to sections, to pages that are there and to the web; others become text', () => {
  const page = pageOf('[a](#x) [b](policy.md) [c](findings.md#y) [d](errors.md) [e](../x) [f](https://example.org/)');
  expect(page).toContain(
    '<p><a href="#x">a</a> <a href="policy.html">b</a> <a href="findings.html#y">c</a> d e ' +
      '<a href="https://example.org/">f</a></p>',
  );
});

test('a link to a script is none', () => {
  expect(pageOf('[a](javascript:alert(1)) [b](data:text/html,x) [c](http://example.org)')).not.toContain('<a ');
});

test('examples stay as they are, with what is said about them, and titles are escaped', () => {
  const page = pageOf('```json wrong policy\n{"a": "<b>"}\n```\n\n```json\n1\n```\n');
  expect(page).toContain(
    '<p class="example-label">Wrong, policy</p>\n<pre><code>{&quot;a&quot;: &quot;&lt;b>&quot;}</code></pre>\n' +
      '<pre><code>1</code></pre>',
  );
  expect(page).toContain('<title>A &amp; B</title>');
});
