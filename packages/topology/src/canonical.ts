/**
 * JSON with the keys of every map sorted: equal for equal data, in whatever order or language it was written.
 * Made for digests. Keys that are `undefined` are left out, as `JSON.stringify` does.
 *
 * @param value - plain data
 *
 * @example
 * ```ts
 * import { canonicalJson } from "@nix-nos/topology";
 *
 * canonicalJson({ b: 1, a: [true, null] }); // => "{\"a\":[true,null],\"b\":1}"
 * ```
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(entries);
  });
}
