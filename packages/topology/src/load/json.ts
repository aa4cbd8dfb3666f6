import { type DocumentNode, type MemberNode, type ObjectNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import type { Diagnostic, Outcome, Path, Position } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { deepestLevel, nestsTooDeep } from "./refusals.js";
import type { ParsedSource, TextSource } from "./source.js";

/** Reads JSON (RFC 8259) with the place of every key and value, and refuses keys that stand twice. */
export function parseJson(source: TextSource): Outcome<ParsedSource> {
  let document: DocumentNode;
  try {
    document = parse(source.text, { mode: "json" });
  } catch (error) {
    return { value: null, diagnostics: [syntaxError(source.file, error)] };
  }
  const diagnostics: Diagnostic[] = [];
  inspect(document.body, [], source, diagnostics);
  if (diagnostics.length > 0) return { value: null, diagnostics };

  const root = document.body;
  const sourceMap = {
    file: source.file,
    locate: (path: Path, what: "key" | "value" = "value") => locate(source.file, root, path, what),
  };
  return { value: { value: JSON.parse(source.text), sourceMap }, diagnostics: [] };
}

function syntaxError(file: string, error: unknown): Diagnostic {
  if (error instanceof RangeError) return nestsTooDeep(file);
  const { line = 1, column = 1 } = error as { line?: number; column?: number };
  const text = error instanceof Error ? error.message.replace(/\s*\(\d+:\d+\)\s*$/, "").replace(/\.$/, "") : "";
  return {
    code: "NN1001",
    severity: "error",
    message: `Not valid JSON: ${text}.`,
    path: [],
    file,
    line,
    column,
    hint: "JSON takes no comments and no comma after the last item; YAML does.",
  };
}

/** Finds what the parser lets pass: keys that stand twice, line breaks inside texts, and endless nesting. */
function inspect(node: ValueNode, path: Path, source: TextSource, found: Diagnostic[]): void {
  const { file } = source;
  if (path.length > deepestLevel) {
    if (found.at(-1)?.code !== "NN1005") found.push({ ...nestsTooDeep(file), ...placeOf(file, node) });
    return;
  }
  if (node.type === "String") found.push(...brokenText(node, source));
  if (node.type === "Array") {
    for (const [index, element] of node.elements.entries()) inspect(element.value, [...path, index], source, found);
  }
  if (node.type !== "Object") return;
  const seen = new Map<string, MemberNode>();
  for (const member of node.members) {
    const key = keyOf(member);
    found.push(...brokenText(member.name, source));
    const first = seen.get(key);
    if (first !== undefined) {
      found.push({
        code: "NN1004",
        severity: "error",
        message: `The key ${quote(key)} stands twice in one map.`,
        path: [...path, key],
        ...placeOf(file, member.name),
        hint: "Remove one of the two, or merge them.",
        related: [{ message: "the first one", path: [...path, key], ...placeOf(file, first.name) }],
      });
    }
    seen.set(key, member);
    inspect(member.value, [...path, key], source, found);
  }
}

/** RFC 8259 §7: control characters stand in a text as escapes alone. */
function brokenText(node: MemberNode["name"] | ValueNode, { file, text }: TextSource): readonly Diagnostic[] {
  const { start, end } = node.loc;
  const at = text.slice(start.offset, end.offset).search(/[\t\n\r]/);
  if (at < 0) return [];
  const message = "Not valid JSON: a text holds a line break or tab as itself.";
  const hint = "Write \\n or \\t, or close the quote before the line ends.";
  return [{ code: "NN1001", severity: "error", message, path: [], ...placeOf(file, node), hint }];
}

function locate(file: string, root: ValueNode, path: Path, what: "key" | "value"): Position {
  let node: ValueNode = root;
  let place = placeOf(file, node);
  for (const [depth, step] of path.entries()) {
    if (node.type === "Object") {
      const member = membersOf(node).get(String(step));
      if (member === undefined) break;
      node = member.value;
      place = placeOf(file, depth === path.length - 1 && what === "key" ? member.name : node);
    } else if (node.type === "Array") {
      const element = node.elements[Number(step)];
      if (element === undefined) break;
      node = element.value;
      place = placeOf(file, node);
    } else break;
  }
  return place;
}

/** The members of an object by key, made once: an object of ten thousand nodes is asked for each of them. */
const indexes = new WeakMap<ObjectNode, ReadonlyMap<string, MemberNode>>();

function membersOf(object: ObjectNode): ReadonlyMap<string, MemberNode> {
  const known = indexes.get(object);
  if (known !== undefined) return known;
  const index = new Map(object.members.map((member) => [keyOf(member), member]));
  indexes.set(object, index);
  return index;
}

function keyOf(member: MemberNode): string {
  return member.name.type === "String" ? member.name.value : member.name.name;
}

function placeOf(file: string, node: { loc: { start: Place; end: Place } }): Position {
  const { start, end } = node.loc;
  const oneLine = end.line === start.line && end.column > start.column;
  return { file, line: start.line, column: start.column, ...(oneLine && { endColumn: end.column }) };
}

interface Place {
  line: number;
  column: number;
}
