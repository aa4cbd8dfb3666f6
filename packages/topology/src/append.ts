/**
 * Adds to the list of a key, which is made where it is not there.
 *
 * @example
 * ```ts
 * import { append } from "@nix-nos/topology";
 *
 * const byZone = new Map<string, string[]>();
 * append(byZone, "lan", "eth0");
 * append(byZone, "lan", "eth1");
 * byZone.get("lan"); // => ["eth0", "eth1"]
 * ```
 */
export function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
