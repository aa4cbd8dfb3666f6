import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { type Schema, schemasAt, valuesOf } from "./schema.js";

/** Completes keys and words where a block of YAML is written; inside of `{ }` and `[ ]` it stays silent. */
export function completeFrom(schema: () => Schema | null) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const root = schema();
    const line = state.doc.lineAt(pos);
    const before = line.text.slice(0, pos - line.from);
    const key = /^(?<indent>[ ]*(?:- +)*)(?<word>[\w-]*)$/.exec(before)?.groups;
    const value = /^(?<indent>[ ]*(?:- +)*)(?<key>[\w"'.-]+): +(?<word>[\w-]*)$/.exec(before)?.groups;
    if (root === null) return null;
    const lines = state.doc
      .toString()
      .split("\n")
      .slice(0, line.number - 1);
    if (value !== undefined) {
      const path = [...pathOf(lines, value.indent ?? ""), unquoted(value.key ?? "")];
      const words = schemasAt(root, path).flatMap(valuesOf);
      const options = [...new Set(words)].map((label) => ({ label, type: "constant" }));
      return options.length === 0 ? null : { from: pos - (value.word?.length ?? 0), options };
    }
    if (key === undefined || (key.word === "" && !explicit)) return null;
    const properties = schemasAt(root, pathOf(lines, key.indent ?? "")).flatMap((each) =>
      Object.entries(each.properties ?? {}),
    );
    const options = [...new Map(properties)].map(([label, { description }]) => ({
      label,
      type: "property",
      apply: `${label}: `,
      ...(description !== undefined && { info: description }),
    }));
    return options.length === 0 ? null : { from: pos - (key.word?.length ?? 0), options };
  };
}

/** The keys that a line with this indentation stands under, outermost first; `-` for an item of a list. */
function pathOf(above: readonly string[], indent: string): readonly string[] {
  const path: string[] = [];
  let depth = indent.length;
  for (const dash of [...indent.matchAll(/-/g)].reverse()) {
    path.unshift("-");
    depth = dash.index;
  }
  for (const text of above.toReversed()) {
    const match = /^(?<indent>[ ]*)(?<dashes>(?:- +)*)(?<key>[\w"'.-]+):(?:\s|$)/.exec(text)?.groups;
    if (match === undefined) continue;
    const { indent: outer = "", dashes = "", key = "" } = match;
    const column = outer.length + dashes.length;
    if (column < depth) {
      path.unshift(unquoted(key));
      depth = column;
    }
    if (dashes !== "" && outer.length < depth) {
      path.unshift("-");
      depth = outer.length;
    }
  }
  return path;
}

function unquoted(key: string): string {
  return key.replace(/^(["'])(.*)\1$/, "$2");
}
