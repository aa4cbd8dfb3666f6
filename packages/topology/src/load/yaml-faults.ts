import { type Document, isMap, isNode, isScalar, isSeq, type Node, type Range, type YAMLParseError } from "yaml";
import type { Diagnostic, Position } from "../diagnostics/diagnostic.js";
import type { TextSource } from "./source.js";

/** Gives an offset, or a range, its place. */
export type Place = (start: number, end?: number) => Position;

/** What a parser's errors mean: the mistakes behind them, each once. */
export function yamlFaults(source: TextSource, document: Document.Parsed, place: Place): readonly Diagnostic[] {
  const { errors } = document;
  const syntax = errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  // What comes after a slip of syntax is read as something else than was meant.
  const sound = syntax < 0 ? errors : errors.slice(0, syntax);
  return [...duplicateKeys(sound, document.contents, place), ...syntaxFaults(source, errors[syntax], place)];
}

/** One slip of syntax makes many errors further down: the first is the cause. */
function syntaxFaults(source: TextSource, error: YAMLParseError | undefined, place: Place): readonly Diagnostic[] {
  if (error === undefined) return [];
  const message = `Not valid YAML: ${firstLine(error.message)}.`;
  const start = startOfMap(source.text, error.pos[0]);
  const related =
    start === null ? [] : [{ message: "what it should line up with starts here", path: [], ...place(start) }];
  const hint = yamlHint(error.code);
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

/** Keys that stand twice, by map: where several do, the line that parted two maps is gone, which is one mistake. */
function duplicateKeys(errors: readonly YAMLParseError[], root: Node | null, place: Place): readonly Diagnostic[] {
  const groups: (Position & { readonly offset: number })[][] = [];
  for (const { code, pos } of errors) {
    if (code !== "DUPLICATE_KEY") continue;
    const at = { ...place(pos[0], pos[1]), offset: pos[0] };
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && last.column === at.column && last.line !== at.line) groups.at(-1)?.push(at);
    else groups.push([at]);
  }
  return groups.flatMap(([first, ...more]): readonly Diagnostic[] => {
    if (first === undefined) return [];
    const { offset, ...at } = first;
    const several = more.length > 0;
    const other = root && firstOfKey(root, offset);
    const related = other ? [{ message: "it stands here first", path: [], ...place(other[0], other[1]) }] : [];
    const message = several
      ? `${more.length + 1} keys stand twice in one map, this is the first.`
      : "This key stands twice in one map.";
    const hint = several
      ? "Is a line missing above, with the name of a second map?"
      : "Remove one of the two, or merge them.";
    return [
      { code: "NN1004", severity: "error", message, path: [], ...at, hint, ...(related.length > 0 && { related }) },
    ];
  });
}

/** The range of a key that stands in the same map as the one at an offset, before it, and is the same. */
function firstOfKey(node: Node, offset: number): Range | null {
  if (isMap(node)) {
    const key = node.items.map((pair) => pair.key).find((own) => isScalar(own) && own.range?.[0] === offset);
    if (isScalar(key)) {
      const first = node.items.map((pair) => pair.key).find((own) => isScalar(own) && own.value === key.value);
      return isScalar(first) && first !== key ? (first.range ?? null) : null;
    }
  }
  const children = isMap(node) ? node.items.map((pair) => pair.value) : isSeq(node) ? node.items : [];
  for (const child of children) {
    const range = isNode(child) ? child.range : null;
    if (isNode(child) && range && range[0] <= offset && offset <= range[2]) return firstOfKey(child, offset);
  }
  return null;
}

/** The first line of a parser's message, without its full stop. */
export function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/[.:]$/, "");
}

function yamlHint(code: string): string {
  if (code === "TAB_AS_INDENT") return "Indent with spaces: YAML takes no tabs.";
  if (code === "BAD_INDENT") return "Keys of one map start in one column.";
  if (code === "MULTIPLE_DOCS") return "One file holds one topology: remove the `---` between the documents.";
  return "Look just before this place for a quote, bracket or colon that is missing or too many.";
}
