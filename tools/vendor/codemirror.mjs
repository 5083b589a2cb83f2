// What the formula field uses of CodeMirror, in one file. `make vendor` bundles it.

export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion }
  from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { bracketMatching } from "@codemirror/language";
export { EditorState, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, hoverTooltip, keymap } from "@codemirror/view";
