import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/**
 * All colours are the page's (page.css), so that light and dark are decided in one place. The images that CodeMirror
 * draws findings with are `data:` addresses, which the page's policy for content refuses: marks are drawn with CSS.
 */
const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--monospace)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.5rem 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'var(--surface)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--active-line)' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selection)', color: 'inherit' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent', color: 'var(--error)' },
  '.cm-specialChar': { color: 'var(--error)' },
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--border-strong)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
    maxWidth: 'min(34rem, 90vw)',
  },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--background)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--border)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: 'var(--active-line)' },
  '.cm-panel.cm-panel-lint button[name="close"]': { color: 'var(--text)' },
});

/** Findings in place: a wavy line below the text, a letter in the gutter, a box with what it says. */
const FINDINGS = EditorView.theme({
  '.cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info': {
    backgroundImage: 'none',
    paddingBottom: '0',
    textDecorationLine: 'underline',
    textDecorationStyle: 'wavy',
    textDecorationThickness: '1.5px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintRange-error': { textDecorationColor: 'var(--error)' },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--warning)' },
  '.cm-lintRange-info': { textDecorationColor: 'var(--info)' },
  '.cm-gutter-lint': { width: '1.4em' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0.2em 0.1em' },
  '.cm-lint-marker': {
    content: 'none',
    boxSizing: 'border-box',
    width: '1.25em',
    height: '1.25em',
    borderRadius: '50%',
    color: 'var(--surface)',
    fontSize: '0.7rem',
    fontWeight: '700',
    lineHeight: '1.25em',
    textAlign: 'center',
  },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--error)', borderRadius: '20%' },
  '.cm-lint-marker-error::before': { content: '"×"' },
  '.cm-lint-marker-warning': { content: 'none', backgroundColor: 'var(--warning)', borderRadius: '50% 50% 10% 10%' },
  '.cm-lint-marker-warning::before': { content: '"!"' },
  '.cm-lint-marker-info': { content: 'none', backgroundColor: 'var(--info)' },
  '.cm-lint-marker-info::before': { content: '"i"' },
  '.cm-diagnostic': { padding: '0.6rem 0.8rem', fontFamily: 'var(--sans)', lineHeight: '1.45', whiteSpace: 'normal' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--error)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warning)' },
  '.cm-diagnostic-info': { borderLeft: '4px solid var(--info)' },
  '.cm-diagnostic p': { margin: '0.25rem 0 0', overflowWrap: 'anywhere' },
  '.cm-diagnostic a': { color: 'var(--accent)' },
  '.cm-diagnostic .severity': { fontWeight: '650' },
  '.cm-diagnosticAction': {
    margin: '0.5rem 0 0',
    padding: '0.3rem 0.7rem',
    border: '1px solid var(--accent)',
    borderRadius: '4px',
    color: 'var(--accent)',
    backgroundColor: 'transparent',
    font: 'inherit',
    cursor: 'pointer',
  },
});

const SYNTAX = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--syntax-key)' },
  { tag: tags.string, color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--syntax-value)' },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: 'var(--muted)' },
  { tag: tags.invalid, color: 'var(--error)' },
]);

/** How both editors look. */
export const editorTheme: Extension = [LOOK, FINDINGS, syntaxHighlighting(SYNTAX)];
