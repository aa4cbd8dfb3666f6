import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic, Outcome, Position } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { deepestLevel, nestsTooDeep } from "./refusals.js";

/** The node that each alias of a document stands for. */
export type AliasTargets = Map<Alias, Node>;

/** More values than aliases add to any topology ("billion laughs" add far more). */
const mostFromAliases = 1_000_000;

interface Plain {
  readonly value: unknown;
  /** How many values there are in it, itself and what aliases stand for counted. */
  readonly size: number;
  readonly depth: number;
}

/**
 * What a YAML tree means as plain data, in one pass: the library's own looks through the whole document for each
 * alias, and takes a key `12e03` for the number 12000.
 *
 * @param targets - is given what each alias stands for
 */
export function plainValue(
  root: Node | null,
  place: (node: Node) => Position,
  targets: AliasTargets,
): Outcome<{ readonly data: unknown }> {
  try {
    return { value: { data: new Reader(place, targets).read(root).value }, diagnostics: [] };
  } catch (error) {
    if (error instanceof Fault) return { value: null, diagnostics: [error.diagnostic] };
    throw error;
  }
}

/** A key as it is written: `0123`, `yes` and `12e03` are names here, not numbers. `null` for a key that is no text. */
export function keyText(key: unknown): string | null {
  if (key === null) return "";
  if (!isScalar(key)) return null;
  return key.type === "PLAIN" ? (key.source ?? "") : String(key.value);
}

/** `<<`, which brings in the keys of another map. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

/** Ends the reading: what follows a fault of this kind would be guesswork. */
class Fault extends Error {
  readonly diagnostic: Diagnostic;

  constructor(code: string, message: string, place: Position, hint?: string) {
    super(message);
    this.diagnostic = { code, severity: "error", message, path: [], ...place, ...(hint && { hint }) };
  }
}

class Reader {
  private readonly anchors = new Map<string, Node>();
  private readonly done = new Map<Node, Plain>();
  private level = 0;
  private fromAliases = 0;

  constructor(
    private readonly place: (node: Node) => Position,
    private readonly targets: AliasTargets,
  ) {}

  read(node: unknown): Plain {
    if (isAlias(node)) return this.readAlias(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return { value: null, size: 1, depth: 0 };
    this.refuseTag(node);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const plain = isScalar(node) ? this.readScalar(node) : this.readCollection(node);
    if (node.anchor !== undefined) this.done.set(node, plain);
    return plain;
  }

  private readScalar(scalar: Scalar): Plain {
    return { value: scalar.value, size: 1, depth: 0 };
  }

  private readCollection(node: YAMLMap | YAMLSeq): Plain {
    if (this.level >= deepestLevel) throw new Fault("NN1005", ...deepFault(this.place(node)));
    this.level++;
    const plain = isMap(node) ? this.readMap(node) : this.readList(node);
    this.level--;
    if (plain.depth > deepestLevel) throw new Fault("NN1005", ...deepFault(this.place(node)));
    return plain;
  }

  private readList(list: YAMLSeq): Plain {
    const items = list.items.map((item) => this.read(isPair(item) ? item.value : item));
    return { value: items.map(({ value }) => value), ...measure(items) };
  }

  private readMap(map: YAMLMap): Plain {
    const value: Record<string, unknown> = {};
    const inner: Plain[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) {
        for (const merged of this.readMerge(pair)) {
          inner.push(merged);
          for (const [key, own] of Object.entries(merged.value as object)) {
            if (!Object.hasOwn(value, key)) setOwn(value, key, own);
          }
        }
        continue;
      }
      const key = keyText(pair.key);
      if (key === null) throw new Fault("NN1103", ...keyFault(pair.key), this.place(pair.key as Node), keyHint);
      const own = this.read(pair.value);
      inner.push(own);
      setOwn(value, key, own.value);
    }
    return { value, ...measure(inner) };
  }

  /** A merge key has an alias to a map, or a list of such. */
  private readMerge({ key, value }: Pair): readonly Plain[] {
    const sources = isSeq(value) ? value.items : [value];
    return sources.map((source) => {
      const plain = this.read(source);
      if (plain.value !== null && typeof plain.value === "object" && !Array.isArray(plain.value)) return plain;
      const place = this.place((source ?? key) as Node);
      throw new Fault("NN1001", "`<<` takes a map, or a list of maps.", place, "Write it as <<: *NAME.");
    });
  }

  private readAlias(alias: Alias): Plain {
    const { source } = alias;
    const target = this.anchors.get(source);
    if (target === undefined) {
      const message = `No anchor ${quote(source)} stands before this alias.`;
      throw new Fault("NN1001", message, this.place(alias), didYouMean(source, this.anchors.keys()) ?? aliasHint);
    }
    const plain = this.done.get(target);
    if (plain === undefined) {
      const message = `The alias ${quote(source)} stands inside what it names, so it has no end.`;
      throw new Fault("NN1005", message, this.place(alias));
    }
    this.fromAliases += plain.size;
    if (this.fromAliases > mostFromAliases) {
      const message = "The YAML aliases expand to more than a million values.";
      throw new Fault("NN1005", message, this.place(alias), "No topology needs that; is it the right file?");
    }
    this.targets.set(alias, target);
    return plain;
  }

  /** A tag that means something else than a topology's own kinds would be ignored, or be a value that nothing reads. */
  private refuseTag(node: Node): void {
    const tag = "tag" in node ? node.tag : undefined;
    if (tag === undefined || tag === "!" || plainTags.has(tag)) return;
    const shown = tag.replace(/^tag:yaml\.org,2002:/, "!!");
    const message = `The YAML tag ${quote(shown)} has no meaning in a topology.`;
    throw new Fault("NN1001", message, this.place(node), "Leave it out; quotes make a value text.");
  }
}

const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

const aliasHint = "`*` starts an alias: put a text that starts with it in quotes.";
const keyHint = "A text that starts with a bracket or `*` needs quotes.";

function keyFault(key: unknown): [string] {
  const found = isMap(key) ? "a map" : isSeq(key) ? "a list" : "an alias";
  return [`Expected text as a key, found ${found}.`];
}

function deepFault(place: Position): [string, Position, string | undefined] {
  const { message, hint } = nestsTooDeep(place.file);
  return [message, place, hint];
}

function measure(items: readonly Plain[]): { readonly size: number; readonly depth: number } {
  let [size, depth] = [1, 0];
  for (const item of items) {
    size += item.size;
    depth = Math.max(depth, item.depth);
  }
  return { size, depth: depth + 1 };
}

/** A key such as `__proto__` is a key like any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
