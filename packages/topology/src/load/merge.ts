import type { Diagnostic, Path, Position } from "../diagnostics/diagnostic.js";
import type { SourceMap } from "../diagnostics/locate.js";
import { quote } from "../diagnostics/nearest.js";
import type { ParsedSource } from "./source.js";

/** Where a part of a merged document comes from: whole from one source, or from several, key by key. */
type Origin =
  | { readonly source: number; readonly path: Path }
  | { readonly sources: readonly number[]; readonly path: Path; readonly children: Map<string, Origin> };

interface Merged {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Lists that add up over files; any other list belongs together, and stands in one. */
const additiveLists = new Set(["links", "members", "reflectors"]);

/**
 * Puts the documents of several files together: maps key by key, the lists `links`, `members` and `reflectors` one
 * after the other.
 *
 * @param sources - the main file's first; its order decides the order of lists
 * @returns one document whose source map knows every file; NN1013 where two files say different things
 */
export function mergeSources(sources: readonly ParsedSource[]): {
  readonly value: ParsedSource;
  readonly diagnostics: readonly Diagnostic[];
} {
  const conflicts: { path: Path; first: number; second: number }[] = [];
  const merged = sources
    .map(({ value }, source): Merged => ({ value, origin: { source, path: [] } }))
    .reduce((left, right) => merge(left, right, [], conflicts));
  const sourceMap = mergedMap(sources, merged.origin);
  const diagnostics = conflicts.map(({ path, first, second }): Diagnostic => {
    const [there, here] = [placeIn(sources, first, path), placeIn(sources, second, path)];
    const message = `${quote(String(path.at(-1) ?? "the document"))} stands in two files, and they cannot be put together.`;
    return {
      code: "NN1013",
      severity: "error",
      message,
      path,
      ...here,
      hint: "Keep it in one of the two files.",
      related: [{ message: "the other one", path, ...there }],
    };
  });
  return { value: { value: merged.value, sourceMap }, diagnostics };
}

function placeIn(sources: readonly ParsedSource[], source: number, path: Path): Position | object {
  return sources[source]?.sourceMap.locate(path, "key") ?? {};
}

function merge(
  left: Merged,
  right: Merged,
  path: Path,
  conflicts: { path: Path; first: number; second: number }[],
): Merged {
  // An empty value, as of `nix-nos:` with all its lines commented out, says nothing.
  if (right.value === null || right.value === undefined) return left;
  if (left.value === null || left.value === undefined) return right;
  if (isMap(left.value) && isMap(right.value)) {
    const children = new Map(childrenOf(left, path));
    const value: Record<string, unknown> = { ...left.value };
    for (const [key, inner] of Object.entries(right.value)) {
      const own: Merged = { value: inner, origin: childOf(right.origin, key) };
      const before = children.get(key);
      const both =
        before === undefined || !Object.hasOwn(value, key)
          ? own
          : merge({ value: value[key], origin: before }, own, [...path, key], conflicts);
      setOwn(value, key, both.value);
      children.set(key, both.origin);
    }
    return { value, origin: { sources: sourcesOf(left.origin, right.origin), path, children } };
  }
  if (Array.isArray(left.value) && Array.isArray(right.value) && additiveLists.has(String(path.at(-1)))) {
    const children = new Map(childrenOf(left, path));
    const offset = left.value.length;
    for (const index of right.value.keys()) children.set(String(offset + index), childOf(right.origin, index));
    const value: unknown[] = [...left.value, ...right.value];
    return { value, origin: { sources: sourcesOf(left.origin, right.origin), path, children } };
  }
  conflicts.push({ path, first: sourcesOf(left.origin)[0] ?? 0, second: sourcesOf(right.origin)[0] ?? 0 });
  return left;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A key such as `__proto__` is a key like any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function childrenOf({ value, origin }: Merged, path: Path): Iterable<[string, Origin]> {
  if ("children" in origin) return origin.children;
  const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
  return keys.map((key) => [key, childOf(origin, Array.isArray(value) ? Number(key) : key, path)]);
}

function childOf(origin: Origin, key: string | number, path: Path = []): Origin {
  if ("source" in origin) return { source: origin.source, path: [...origin.path, key] };
  return origin.children.get(String(key)) ?? { source: origin.sources[0] ?? 0, path: [...path, key] };
}

function sourcesOf(...origins: readonly Origin[]): readonly number[] {
  return [...new Set(origins.flatMap((origin) => ("source" in origin ? [origin.source] : origin.sources)))];
}

function mergedMap(sources: readonly ParsedSource[], root: Origin): SourceMap {
  return {
    file: sources[0]?.sourceMap.file ?? "",
    locate(path, what) {
      let origin = root;
      for (const [depth, step] of path.entries()) {
        if ("source" in origin) {
          return sources[origin.source]?.sourceMap.locate([...origin.path, ...path.slice(depth)], what) ?? null;
        }
        const inner: Origin | undefined = origin.children.get(String(step));
        if (inner === undefined) break;
        origin = inner;
      }
      if ("source" in origin) return sources[origin.source]?.sourceMap.locate(origin.path, what) ?? null;
      return sources[origin.sources[0] ?? 0]?.sourceMap.locate(origin.path, what) ?? null;
    },
  };
}
