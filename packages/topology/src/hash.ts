/**
 * A number of 32 bits that stands for a text: FNV-1a over its UTF-16 code units. Stable for ever, and good for names and
 * identifiers; no secret may depend on it.
 *
 * @example
 * ```ts
 * import { hash32 } from "@nix-nos/topology";
 *
 * hash32("node01") === hash32("node02"); // => false
 * ```
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
