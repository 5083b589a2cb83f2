// What the formula field uses of CodeMirror, in one file. `make vendor` bundles it.

export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, startCompletion }
  from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { bracketMatching } from "@codemirror/language";
export { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
export { Compartment, EditorState, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, hoverTooltip, keymap, placeholder } from "@codemirror/view";
