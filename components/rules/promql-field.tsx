'use client';

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';

/** Where an expression is wrong, as the server says it: line and column count from 1. */
export interface ExprFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.function(tags.variableName)], fontWeight: '600', color: 'var(--ink)' },
  { tag: tags.string, color: 'var(--series-1)' },
  { tag: tags.number, color: 'var(--series-6)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
  { tag: tags.invalid, color: 'var(--st-down-ink)' },
]);

const THEME = EditorView.theme({
  '&': { backgroundColor: 'var(--well)', borderRadius: 'var(--r-2)', border: '1px solid var(--control)' },
  '&.cm-focused': { outline: 'none', boxShadow: 'var(--focus-ring)' },
  '.cm-content': { font: '12px / 19px var(--font-mono)', caretColor: 'var(--ink)', minHeight: '96px' },
  '.cm-content:focus-visible': { boxShadow: 'none' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: '0' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--hover)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--ground)',
    color: 'var(--ink)',
    border: '1px solid var(--line-2)',
    borderRadius: 'var(--r-2)',
    boxShadow: 'var(--shadow-pop)',
  },
  '.cm-tooltip-autocomplete > ul': { font: '12px / 20px var(--font-mono)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--hover)',
    color: 'var(--ink)',
  },
});

const extensions = (label: string, hint: string, readOnly: boolean, onChange: (text: string) => void) => [
  lineNumbers(),
  history(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ interactionDelay: 0 }), // who types fast means the first one
  lintGutter(),
  placeholder(hint),
  // The server checks what is typed, with Prometheus's words; a second opinion would only disagree.
  new PromQLExtension()
    .activateLinter(false)
    .setComplete({ remote: { url: '' } })
    .asExtension(),
  syntaxHighlighting(HIGHLIGHT),
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
  EditorView.lineWrapping,
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-label': label }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  }),
  THEME,
];

/** The caret's place of a fault, within the text as it stands. */
const placeOf = (view: EditorView, fault: ExprFault): number => {
  const { doc } = view.state;
  const line = doc.line(Math.min(Math.max(1, fault.line), doc.lines));
  return Math.min(line.from + Math.max(0, fault.column - 1), line.to);
};

/** An expression with completion of metrics, labels and functions, and the server's error at its place. Tab leaves it. */
const PromqlField = ({
  initial,
  onChange,
  fault,
  label,
  hint,
  readOnly,
}: {
  /** What it begins with. Afterwards the editor alone holds the text: a slower copy must not overwrite what is typed. */
  initial: string;
  onChange: (text: string) => void;
  fault: ExprFault | null;
  label: string;
  hint: string;
  readOnly: boolean;
}) => {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const begins = useRef(initial);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: begins.current,
        extensions: extensions(label, hint, readOnly, (text) => changed.current(text)),
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [label, hint, readOnly]);
  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const at = fault === null ? 0 : placeOf(current, fault);
    current.dispatch(
      setDiagnostics(
        current.state,
        fault === null
          ? []
          : [
              {
                from: Math.min(at, Math.max(0, current.state.doc.length - 1)),
                to: Math.min(at + 1, current.state.doc.length),
                severity: 'error',
                message: fault.message,
              },
            ],
      ),
    );
  }, [fault]);
  return <div ref={host} />;
};
export default PromqlField;
