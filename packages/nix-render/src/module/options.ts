import { canonicalJson, type OptionValue } from "@nix-nos/topology";
import type { NixBinding, NixExpression } from "../expression/expression.js";
import { fromJson } from "../expression/from-json.js";

/** NixOS options as a tree: sets that merge, and leaves that are plain data or an expression. */
export type OptionTree = Map<string, OptionNode>;
type OptionNode = OptionTree | OptionLeaf;
export type OptionLeaf =
  | { readonly data: OptionValue; readonly comment?: string }
  | { readonly expression: NixExpression; readonly comment?: string };

/** Sets one option by its path. */
export function setOption(tree: OptionTree, path: readonly [string, ...string[]], leaf: OptionLeaf): void {
  let at = tree;
  for (const name of path.slice(0, -1)) {
    const below = at.get(name);
    const next: OptionTree = below instanceof Map ? below : new Map();
    at.set(name, next);
    at = next;
  }
  at.set(path[path.length - 1] ?? path[0], leaf);
}

/**
 * Merges plain options into a tree as NixOS itself would: sets by name, lists one after the other, equal values once.
 *
 * @returns the paths of the options that were set to something else already, which stay as they were
 */
export function mergeOptions(tree: OptionTree, options: { readonly [name: string]: OptionValue }): readonly string[][] {
  const conflicts: string[][] = [];
  for (const [name, value] of Object.entries(options)) {
    const present = tree.get(name);
    if (isSet(value)) {
      if (present !== undefined && !(present instanceof Map)) {
        conflicts.push([name]);
        continue;
      }
      const below: OptionTree = present ?? new Map();
      tree.set(name, below);
      conflicts.push(...mergeOptions(below, value).map((path) => [name, ...path]));
      continue;
    }
    const merged = mergeLeaf(present, value);
    if (merged === null) conflicts.push([name]);
    else tree.set(name, merged);
  }
  return conflicts;
}

function mergeLeaf(present: OptionNode | undefined, value: OptionValue): OptionLeaf | null {
  if (present === undefined) return { data: value };
  if (present instanceof Map || "expression" in present) return null;
  if (Array.isArray(present.data) && Array.isArray(value)) return { ...present, data: [...present.data, ...value] };
  return canonicalJson(present.data) === canonicalJson(value) ? present : null;
}

function isSet(value: OptionValue): value is { readonly [name: string]: OptionValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The tree as bindings; a set with one member becomes a longer path, `services.bird = …`. */
export function optionBindings(tree: OptionTree): readonly NixBinding[] {
  return [...tree].map(([name, node]) => {
    const path = [name];
    let at: OptionNode = node;
    while (at instanceof Map && at.size === 1) {
      const [only] = at;
      if (only === undefined) break;
      path.push(only[0]);
      at = only[1];
    }
    if (at instanceof Map) return { path, value: { type: "attrs", bindings: optionBindings(at) } };
    const value = "expression" in at ? at.expression : fromJson(at.data);
    return at.comment === undefined ? { path, value } : { path, value, comment: at.comment };
  });
}
