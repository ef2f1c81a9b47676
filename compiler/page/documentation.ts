import { Marked, type Tokens } from 'marked';

/** A page of docs/ as one of the page's own. */
export interface Documentation {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** Value of the page's policy for content. */
  readonly contentSecurityPolicy: string;
}

/**
 * Makes a page of HTML of a page of docs/: headings get the ids that links to them use, links to pages that are not
 * there become plain text.
 * @param pages names of the pages that there are, without their endings
 */
export function documentationPage(documentation: Documentation, pages: readonly string[]): string {
  const { title, text, contentSecurityPolicy } = documentation;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: heading }: Tokens.Heading): string {
        return `<h${depth} id="${slugOf(heading)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      code({ text: example, lang = '' }: Tokens.Code): string {
        const label = labelOf(lang);
        const above = label === '' ? '' : `<p class="example-label">${escaped(label)}</p>\n`;
        return `${above}<pre><code>${escaped(example)}</code></pre>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const inner = this.parser.parseInline(tokens);
        const address = addressOf(href, pages);
        return address === null ? inner : `<a href="${escaped(address)}">${inner}</a>`;
      },
    },
  });
  const body = marked.parse(text, { async: false });
  return `<!doctype html>
<html lang="en" data-theme="system">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
</head>
<body>
<main class="text">
${body}</main>
</body>
</html>
`;
}

/** What is said about an example behind its language: `wrong`, `right policy`. */
function labelOf(words: string): string {
  const label = words.split(' ').slice(1).join(', ');
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** As GitHub makes ids of headings: small letters, digits, hyphens. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}

function addressOf(href: string, pages: readonly string[]): string | null {
  if (href.startsWith('#') || href.startsWith('https://')) return href;
  const [, page, fragment = ''] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  return page !== undefined && pages.includes(page) ? `${page}.html${fragment}` : null;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
