import { autocompletion } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, type Diagnostic as Mark, setDiagnostics } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Diagnostic } from "@nix-nos/topology";
import { basicSetup, EditorView } from "codemirror";
import { completeFrom } from "./completion.js";
import type { Schema } from "./schema.js";

export interface Editor {
  text(): string;
  setText(text: string): void;
  /** Shows diagnostics at their places. */
  mark(diagnostics: readonly Diagnostic[]): void;
  /** Brings a place into view, and the cursor there. */
  goTo(diagnostic: Diagnostic): void;
}

export function createEditor(parent: HTMLElement, schema: () => Schema | null, changed: () => void): Editor {
  const view = new EditorView({
    parent,
    extensions: [
      basicSetup,
      yaml(),
      lintGutter(),
      autocompletion({ override: [completeFrom(schema)] }),
      EditorView.contentAttributes.of({ "aria-label": "Topology in YAML" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
      }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    mark: (diagnostics) => {
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map((each) => markOf(view.state.doc, each)),
        ),
      );
    },
    goTo: (diagnostic) => {
      const { from } = placeOf(view.state.doc, diagnostic);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
  };
}

function markOf(doc: Text, diagnostic: Diagnostic): Mark {
  const { code, severity, message, hint } = diagnostic;
  return { ...placeOf(doc, diagnostic), severity, message: [`${code}: ${message}`, hint ?? ""].join("\n").trim() };
}

/** From its column to the end of the value, or of the line. */
function placeOf(
  doc: Text,
  { line = 1, column = 1, endColumn }: Diagnostic,
): { readonly from: number; readonly to: number } {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const start = Math.min(from + column - 1, to);
  return { from: start, to: Math.max(start, Math.min(endColumn === undefined ? to : from + endColumn - 1, to)) };
}
