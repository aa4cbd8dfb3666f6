import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Range,
  type YAMLParseError,
} from "yaml";
import type { Diagnostic, Outcome, Path, Position } from "../diagnostics/diagnostic.js";
import type { SourceMap } from "../diagnostics/locate.js";
import { nestsTooDeep } from "./refusals.js";
import type { ParsedSource, TextSource } from "./source.js";

/** Reads YAML 1.2 with the place of every key and value. */
export function parseYaml(source: TextSource): Outcome<ParsedSource> {
  const lineCounter = new LineCounter();
  const document = parseDocument(source.text, { lineCounter, prettyErrors: false, merge: true });
  const place: Place = (start, end) => positionOf(source.file, lineCounter, start, end);

  // The parser reports its own exhausted stack as if it were a fault of syntax.
  if (document.errors.some((error) => error.message.startsWith("Maximum call stack"))) {
    return { value: null, diagnostics: [nestsTooDeep(source.file)] };
  }
  const syntax = document.errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  // What comes after a slip of syntax is read as something else than was meant.
  const sound = syntax < 0 ? document.errors : document.errors.slice(0, syntax);
  const diagnostics = [...duplicateKeys(sound, place), ...syntaxFaults(source, document.errors[syntax], place)];
  if (diagnostics.length > 0) return { value: null, diagnostics };

  const root = document.contents as Node | null;
  try {
    // maxAliasCount bounds what aliases may expand to ("billion laughs").
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return { value: { value, sourceMap: yamlSourceMap(source.file, root, place) }, diagnostics: [] };
  } catch (error) {
    const message = `The YAML aliases cannot be expanded: ${firstLine(error instanceof Error ? error.message : String(error))}.`;
    return { value: null, diagnostics: [{ code: "NN1005", severity: "error", message, path: [], ...place(0) }] };
  }
}

type Place = (start: number, end?: number) => Position;

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
function duplicateKeys(errors: readonly YAMLParseError[], place: Place): readonly Diagnostic[] {
  const groups: Position[][] = [];
  for (const { code, pos } of errors) {
    if (code !== "DUPLICATE_KEY") continue;
    const at = place(pos[0], pos[1]);
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && last.column === at.column && last.line !== at.line) groups.at(-1)?.push(at);
    else groups.push([at]);
  }
  return groups.map(([at, ...more]): Diagnostic => {
    const several = more.length > 0;
    return {
      code: "NN1004",
      severity: "error",
      message: several
        ? `${more.length + 1} keys stand twice in one map, this is the first.`
        : "This key stands twice in one map.",
      path: [],
      ...at,
      hint: several
        ? "Is a line missing above, with the name of a second map?"
        : "Remove one of the two, or merge them.",
    };
  });
}

function yamlSourceMap(file: string, root: Node | null, place: (start: number, end?: number) => Position): SourceMap {
  const toPlace = (range: Range | null | undefined) => (range ? place(range[0], range[1]) : null);
  return {
    file,
    locate(path: Path, what = "value") {
      let node = root;
      let found = toPlace(node?.range);
      for (const [depth, step] of path.entries()) {
        const inner = childOf(resolveAlias(node, root), step, root);
        if (inner === null) break;
        const last = depth === path.length - 1;
        // A map in lines of its own has its name above it, and that is what a reader looks for.
        const isBlock = (isMap(inner.value) || isSeq(inner.value)) && inner.value.flow !== true;
        const preferKey = inner.key !== null && (isBlock || (last && what === "key"));
        const preferred = preferKey ? inner.key : (inner.value ?? inner.key);
        found = toPlace(preferred?.range) ?? found;
        node = inner.value;
      }
      return found;
    },
  };
}

interface Inner {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: Node | null, step: string | number, root: Node | null): Inner | null {
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? pair.key.value : pair.key;
      if (String(key) === String(step)) return { key: toNode(pair.key), value: toNode(pair.value) };
    }
    // What a merge key (`<<`) brings in stands where its anchor is.
    for (const pair of node.items) {
      if (!isScalar(pair.key) || pair.key.source !== "<<") continue;
      const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
      for (const source of sources) {
        const merged = resolveAlias(toNode(source), root);
        const found = isMap(merged) ? childOf(merged, step, root) : null;
        if (found !== null) return found;
      }
    }
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    if (item !== undefined) return { key: null, value: toNode(item) };
  }
  return null;
}

function resolveAlias(node: Node | null, root: Node | null): Node | null {
  if (!isAlias(node)) return node;
  return (root && findAnchor(root, node.source)) ?? null;
}

function findAnchor(node: Node, anchor: string): Node | null {
  if (!isAlias(node) && "anchor" in node && node.anchor === anchor) return node;
  const children = isMap(node) ? node.items.map((pair) => pair.value) : isSeq(node) ? node.items : [];
  for (const child of children) {
    const found = isNode(child) ? findAnchor(child, anchor) : null;
    if (found) return found;
  }
  return null;
}

function toNode(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function positionOf(file: string, lineCounter: LineCounter, start: number, end?: number): Position {
  const { line, col } = lineCounter.linePos(start);
  const last = end === undefined ? null : lineCounter.linePos(end);
  return {
    file,
    line: Math.max(1, line),
    column: Math.max(1, col),
    ...(last && last.line === line && last.col > col && { endColumn: last.col }),
  };
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/[.:]$/, "");
}

function yamlHint(code: string): string {
  if (code === "TAB_AS_INDENT") return "Indent with spaces: YAML takes no tabs.";
  if (code === "BAD_INDENT") return "Keys of one map start in one column.";
  if (code === "MULTIPLE_DOCS") return "One file holds one topology: remove the `---` between the documents.";
  return "Look just before this place for a quote, bracket or colon that is missing or too many.";
}
