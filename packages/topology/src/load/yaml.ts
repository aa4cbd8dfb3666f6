import { type Document, isAlias, isMap, isNode, isSeq, LineCounter, type Node, type Range, type YAMLMap } from "yaml";
import type { Outcome, Path, Position } from "../diagnostics/diagnostic.js";
import type { SourceMap } from "../diagnostics/locate.js";
import { nestsTooDeep } from "./refusals.js";
import type { ParsedSource, TextSource } from "./source.js";
import { parseDocument, TooDeep } from "./yaml-document.js";
import { type Place, yamlFaults } from "./yaml-faults.js";
import { type AliasTargets, isMergeKey, keyText, plainValue } from "./yaml-values.js";

/** Reads YAML 1.2 with the place of every key and value. */
export function parseYaml(source: TextSource): Outcome<ParsedSource> {
  const lineCounter = new LineCounter();
  const place: Place = (start, end) => positionOf(source.file, lineCounter, start, end);
  let document: Document.Parsed;
  try {
    document = parseDocument(source.text, lineCounter);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { value: null, diagnostics: [{ ...nestsTooDeep(source.file), ...place(error.offset) }] };
  }
  const diagnostics = yamlFaults(source, document, place);
  if (diagnostics.length > 0) return { value: null, diagnostics };
  const root = document.contents as Node | null;
  const targets: AliasTargets = new Map();
  const placeOf = ({ range }: Node) => place(range?.[0] ?? 0, range?.[1]);
  const plain = plainValue(root, placeOf, targets);
  if (plain.value === null) return { value: null, diagnostics: plain.diagnostics };
  const sourceMap = yamlSourceMap(source.file, root, place, targets);
  return { value: { value: plain.value.data, sourceMap }, diagnostics: [] };
}

function yamlSourceMap(file: string, root: Node | null, place: Place, targets: AliasTargets): SourceMap {
  const toPlace = (range: Range | null | undefined) => (range ? place(range[0], range[1]) : null);
  return {
    file,
    locate(path: Path, what = "value") {
      let node = root;
      let found = toPlace(node?.range);
      for (const [depth, step] of path.entries()) {
        const inner = childOf(resolveAlias(node, targets), step, targets);
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

/** The entries of a map by key, made once: a map of ten thousand nodes is asked for each of them. */
const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Inner>>();

function indexOf(map: YAMLMap): ReadonlyMap<string, Inner> {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = new Map<string, Inner>();
  for (const pair of map.items) {
    const key = keyText(pair.key);
    if (key !== null && !index.has(key)) index.set(key, { key: toNode(pair.key), value: toNode(pair.value) });
  }
  indexes.set(map, index);
  return index;
}

function childOf(node: Node | null, step: string | number, targets: AliasTargets): Inner | null {
  if (isMap(node)) {
    const found = indexOf(node).get(String(step));
    if (found !== undefined) return found;
    // What a merge key (`<<`) brings in stands where its anchor is.
    for (const pair of node.items) {
      if (!isMergeKey(pair.key)) continue;
      const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
      for (const source of sources) {
        const merged = resolveAlias(toNode(source), targets);
        const inner = isMap(merged) ? childOf(merged, step, targets) : null;
        if (inner !== null) return inner;
      }
    }
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    if (item !== undefined) return { key: null, value: toNode(item) };
  }
  return null;
}

function resolveAlias(node: Node | null, targets: AliasTargets): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
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
