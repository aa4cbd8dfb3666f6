import { type Document, isMap, isNode, isScalar, isSeq, type Node, type Range, type YAMLParseError } from "yaml";
import type { Diagnostic, Position } from "../diagnostics/diagnostic.js";
import type { TextSource } from "./source.js";
import { isMergeKey, keyText } from "./yaml-values.js";

/** Gives an offset, or a range, its place. */
export type Place = (start: number, end?: number) => Position;

/** What is wrong with a text as YAML, each mistake once. */
export function yamlFaults(source: TextSource, document: Document.Parsed, place: Place): readonly Diagnostic[] {
  const syntax = document.errors[0];
  const duplicates = duplicateKeys(document.contents, place);
  // What comes after a slip of syntax is read as something else than was meant.
  const sound = syntax === undefined ? duplicates : duplicates.filter(({ offset }) => offset < syntax.pos[0]);
  return [...sound.map(({ diagnostic }) => diagnostic), ...syntaxFaults(source, syntax, place)];
}

/** One slip of syntax makes many errors further down: the first is the cause. */
function syntaxFaults(source: TextSource, error: YAMLParseError | undefined, place: Place): readonly Diagnostic[] {
  if (error === undefined) return [];
  const message = yamlMessage(error);
  const start = error.code === "MULTIPLE_DOCS" ? null : startOfMap(source.text, error.pos[0]);
  const related =
    start === null ? [] : [{ message: "what it should line up with starts here", path: [], ...place(start) }];
  const hint = yamlHint(error, source.text);
  const at = place(error.pos[0], error.pos[1]);
  return [
    { code: "NN1001", severity: "error", message, path: [], ...at, hint, ...(related.length > 0 && { related }) },
  ];
}

/**
 * Where the map or list begins whose column a line does not have: what is missing, or moved, most often stands there.
 *
 * @returns an offset, or `null` where the columns are the same
 */
function startOfMap(text: string, offset: number): number | null {
  const lines = text.split("\n");
  const starts: number[] = [];
  let next = 0;
  for (const line of lines) {
    starts.push(next);
    next += line.length + 1;
  }
  const hasContent = (index: number) => /^ *[^ #\r]/.test(lines[index] ?? "");
  const indent = (index: number) => (lines[index] ?? "").search(/[^ ]/);
  let fault = starts.findIndex((start, index) => start + (lines[index]?.length ?? 0) >= offset);
  while (fault < lines.length && !hasContent(fault)) fault++;
  if (fault <= 0 || fault >= lines.length) return null;
  let first: number | null = null;
  for (let index = fault - 1; index >= 0; index--) {
    if (!hasContent(index)) continue;
    if (indent(index) < indent(fault)) break;
    first = index;
  }
  if (first === null || indent(first) === indent(fault)) return null;
  return (starts[first] ?? 0) + indent(first);
}

interface Duplicate {
  readonly offset: number;
  readonly diagnostic: Diagnostic;
}

/** Keys that stand twice, by map: where several do, the line that parted two maps is gone, which is one mistake. */
function duplicateKeys(root: Node | null, place: Place): readonly Duplicate[] {
  const found: Duplicate[] = [];
  const visit = (node: Node) => {
    if (isSeq(node)) for (const item of node.items) if (isNode(item)) visit(item);
    if (!isMap(node)) return;
    const firsts = new Map<string, Range>();
    const repeats: { readonly first: Range; readonly second: Range }[] = [];
    for (const { key, value } of node.items) {
      const range = isScalar(key) ? key.range : null;
      // `1` and "1" are one key to whoever reads the map.
      const name = keyText(key);
      if (name !== null && range && !isMergeKey(key)) {
        const first = firsts.get(name);
        if (first === undefined) firsts.set(name, range);
        else repeats.push({ first, second: range });
      }
      if (isNode(value)) visit(value);
    }
    found.push(...inOneMap(repeats, node.flow === true, place));
  };
  if (root !== null) visit(root);
  return found.sort((a, b) => a.offset - b.offset);
}

function inOneMap(
  repeats: readonly { readonly first: Range; readonly second: Range }[],
  isFlow: boolean,
  place: Place,
): readonly Duplicate[] {
  // Several keys of a map in lines of its own are the keys of a second map, whose name is missing.
  const several = !isFlow && repeats.length > 1;
  const message = several
    ? `${repeats.length} keys stand twice in one map, this is the first.`
    : "This key stands twice in one map.";
  const hint = several
    ? "Is a line missing above, with the name of a second map?"
    : "Remove one of the two, or merge them.";
  return repeats.slice(0, several ? 1 : repeats.length).map(({ first, second }) => {
    const related = [{ message: "it stands here first", path: [], ...place(first[0], first[1]) }];
    const at = place(second[0], second[1]);
    return {
      offset: second[0],
      diagnostic: { code: "NN1004", severity: "error", message, path: [], ...at, hint, related },
    };
  });
}

/** The first line of what the parser says, without its full stop; its advice to programs is in our words. */
function yamlMessage({ code, message }: YAMLParseError): string {
  if (code === "MULTIPLE_DOCS") return "The file holds more than one YAML document.";
  return `Not valid YAML: ${(message.split("\n")[0] ?? "").replace(/[.:]$/, "")}.`;
}

function yamlHint({ code, message }: YAMLParseError, text: string): string {
  if (/\r(?!\n)/.test(text)) return "Lines end in CR alone, as on old systems: write them with LF, or CR and LF.";
  if (code === "TAB_AS_INDENT") return "Indent with spaces: YAML takes no tabs.";
  const unclosed = /end with a ([}\]])/.exec(message)?.[1];
  if (unclosed !== undefined) return `Is a \`${unclosed}\` missing above?`;
  if (code === "BAD_INDENT") return "Keys of one map start in one column.";
  if (code === "MULTIPLE_DOCS") return "One file holds one topology: keep one, and `include` the other as a file.";
  return "Look just before this place for a quote, bracket or colon that is missing or too many.";
}
