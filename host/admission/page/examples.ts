import { byId, element } from './elements.ts';

/** A file of examples/, put in by the build (compiler/page/bundle.ts). */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** All examples: documents, and policies to judge them by. */
export interface Examples {
  readonly documents: readonly Example[];
  readonly policies: readonly Example[];
}

declare const BUILT_EXAMPLES: Examples;

/** What the menu of examples can ask for; the policy's text is empty for the defaults. */
export interface ExampleActs {
  onDocument(text: string): void;
  onPolicy(text: string): void;
}

/** The document that the page starts with: one that shows what findings are. */
export function firstExample(): string {
  const { documents } = BUILT_EXAMPLES;
  return (documents.find(({ name }) => name === 'mistakes.json') ?? documents[0])?.text ?? '';
}

const NO_POLICY: Example = { name: 'defaults', title: 'No policy: the defaults', text: '' };

/** Fills the two menus; a choice puts the example into its editor. */
export function setUpExamples({ onDocument, onPolicy }: ExampleActs): void {
  fill('document-examples', BUILT_EXAMPLES.documents, onDocument);
  fill('policy-examples', [NO_POLICY, ...BUILT_EXAMPLES.policies], onPolicy);
}

/** Lets the menus name the examples that the texts are, and nothing once they have been changed. */
export function markExamples(document: string, policy: string): void {
  mark('document-examples', BUILT_EXAMPLES.documents, document);
  mark('policy-examples', [NO_POLICY, ...BUILT_EXAMPLES.policies], policy);
}

function mark(id: string, examples: readonly Example[], text: string): void {
  byId(id, HTMLSelectElement).value = examples.find((example) => example.text === text)?.name ?? '';
}

function fill(id: string, examples: readonly Example[], onChoice: (text: string) => void): void {
  const menu = byId(id, HTMLSelectElement);
  menu.append(...examples.map(({ name, title }) => element('option', { value: name, title }, name)));
  menu.addEventListener('change', () => {
    const chosen = examples.find(({ name }) => name === menu.value);
    if (chosen !== undefined) onChoice(chosen.text);
  });
}
