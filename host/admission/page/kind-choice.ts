import type { Description } from '../../core/index.ts';
import { byId, element } from './elements.ts';

/** What links call the choice to let the core find out. */
const DETECT = 'detect';

/** The menu of kinds of documents. Links name a kind, since its number says nothing to a reader. */
export class KindChoice {
  readonly #menu = byId('kind', HTMLSelectElement);
  #kinds: Description['kinds'] = [];
  #wanted = DETECT;

  constructor(onChange: () => void) {
    this.#menu.addEventListener('change', () => {
      this.#wanted = this.#menu.value;
      onChange();
    });
  }

  /** The core's id of the kind that is chosen, 0 for detection. */
  get id(): number {
    return this.#kinds.find(({ name }) => name === this.#wanted)?.id ?? 0;
  }

  /** The name of the kind that is chosen. */
  get name(): string {
    return this.#wanted;
  }

  /**
   * Lists the kinds that the core knows.
   * @returns whether another kind than detection is chosen
   */
  fill(kinds: Description['kinds']): boolean {
    this.#kinds = kinds.filter(({ id }) => id !== 0);
    const options = this.#kinds.map(({ name, title }) => element('option', { value: name, title }, name));
    this.#menu.replaceChildren(element('option', { value: DETECT }, 'Detect'), ...options);
    this.choose(this.#wanted);
    return this.id !== 0;
  }

  /** Chooses a kind by its name; one that the core does not know means detection. */
  choose(name: string): void {
    const isKnown = this.#kinds.length === 0 || this.#kinds.some((kind) => kind.name === name);
    this.#wanted = isKnown ? name : DETECT;
    this.#menu.value = this.#wanted;
  }
}
