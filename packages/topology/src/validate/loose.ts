import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import type { Topology } from "../document/schema.js";

/** What is left of a document when the parts with a wrong shape are taken out: anything may be missing. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? readonly (Loose<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Loose<T[Key]> | undefined }
    : T;

/** A document of which every value that is there has its right kind; enough to check references. */
export type LooseTopology = Loose<Topology>;

/**
 * Takes the values that diagnostics point at out of a document, so that what refers to the rest can be checked in
 * the same run. Their keys and indexes stay: a name with a wrong value is a known name all the same.
 */
export function prune(value: unknown, diagnostics: readonly Diagnostic[]): LooseTopology {
  if (!isContainer(value)) return {};
  const copy = structuredClone(value);
  for (const { path } of diagnostics) remove(copy, path);
  return copy as LooseTopology;
}

function remove(root: Record<string | number, unknown>, path: Path): void {
  let parent = root;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(parent, step) ? parent[step] : undefined;
    if (!isContainer(next)) return;
    parent = next;
  }
  const last = path.at(-1);
  if (last === undefined) return;
  parent[last] = undefined;
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return value !== null && typeof value === "object";
}

/** The entries of a loose map that are there. */
export function entriesOf<T>(map: { readonly [key: string]: T | undefined } | undefined): [string, T][] {
  return Object.entries(map ?? {}).filter((entry): entry is [string, T] => entry[1] !== undefined && entry[1] !== null);
}

/** The items of a loose list that are there, with their indexes. */
export function itemsOf<T>(list: readonly (T | undefined)[] | undefined): [number, T][] {
  return [...(list ?? []).entries()].filter((entry): entry is [number, T] => entry[1] !== undefined);
}
