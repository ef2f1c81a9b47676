/**
 * The page's own way to make elements: texts become text and never markup, so that nothing that a document says can
 * become a part of the page.
 */

/** A child of an element: another element, or its text. */
export type Child = Node | string;

/** Attributes by name; one that is null is left out. */
export type Attributes = Readonly<Record<string, string | null>>;

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element of HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

/** Makes an element of SVG. */
export function drawing<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Makes a button that does something. */
export function button(text: string, attributes: Attributes, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', act);
  return made;
}

/**
 * The element of index.html with an id.
 * @throws {Error} when it is not there or of another type: page and sources do not belong together
 */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`expected a ${type.name} with the id ${id} in index.html`);
  return found;
}

/** Text of a document within a sentence of the page: its direction of writing stays its own. */
export function quoted(text: string): HTMLElement {
  return element('bdi', { class: 'quoted' }, text);
}

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
