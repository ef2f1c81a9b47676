import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Transaction } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import type { Finding } from '../../core/index.ts';
import { differenceOf } from '../patch/text-difference.ts';
import type { TextEdit } from '../patch/text-edit.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { editorTheme } from './editor-theme.ts';
import { element } from './elements.ts';

/** What an editor needs of the page. */
export interface EditorParts {
  /** Where it goes: an empty element. */
  readonly host: HTMLElement;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly text: string;
  /** What an editor without a text says in its place. */
  readonly whenEmpty: string;
  onChange(): void;
  /** Mends what a finding of this text is about. */
  onFix(finding: Finding): void;
}

const KEYS = 'Tab leaves the editor. Control and ] indents. F8 goes to the next finding.';

/**
 * Text typed over a selection goes through CodeMirror: left to itself, Chromium gives it the colour of what it replaces
 * by a `style` attribute, which the page's policy for content refuses.
 */
const typingOverSelection = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const isOver = inputType === 'insertText' && data !== null && !view.state.selection.main.empty;
    if (!isOver || view.composing) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/**
 * An editor of JSON with findings in place. It lives in a shadow tree: there CodeMirror adds its styles as a
 * constructed style sheet, and the page needs no exception in its policy for content.
 */
export class Editor {
  readonly #view: EditorView;

  constructor({ host, label, text, whenEmpty, onChange, onFix }: EditorParts) {
    const root = host.attachShadow({ mode: 'open' });
    // Descriptions are found by id within the same tree only.
    root.append(element('p', { id: 'keys', hidden: '' }, KEYS));
    this.#onFix = onFix;
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          // Without a binding of Tab: it leaves the editor, as everywhere else on a page.
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          json(),
          placeholder(whenEmpty),
          EditorState.tabSize.of(2),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': 'keys', tabindex: '0' }),
          typingOverSelection,
          editorTheme,
          EditorView.updateListener.of(({ docChanged }) => {
            if (docChanged) onChange();
          }),
        ],
      }),
    });
  }

  readonly #onFix: (finding: Finding) => void;

  /** The text, its lines ended by line feeds. */
  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Puts a text in place of the one that is there, as one step that can be undone. */
  replace(text: string): void {
    // Only what differs is changed, so that the cursor and the scrolling stay.
    this.edit(differenceOf(this.text, text.replace(/\r\n?/g, '\n')));
  }

  /** Makes changes as one step that can be undone. */
  edit(edits: readonly TextEdit[]): void {
    this.#view.dispatch({
      changes: edits.map(({ offset, length, text }) => ({ from: offset, to: offset + length, insert: text })),
      annotations: [isolateHistory.of('full'), Transaction.userEvent.of('input.replace')],
    });
  }

  /** Shows findings in place; those without a place are not for here. */
  show(findings: readonly Finding[]): void {
    const diagnostics = diagnosticsOf(this.text, findings, this.#onFix);
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Goes to a place, in UTF-16 units, and selects what is there. */
  select(from: number, to: number): void {
    const { length } = this.#view.state.doc;
    const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
    this.#view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: 'center' }) });
    this.focus();
  }

  focus(): void {
    this.#view.focus();
  }
}
