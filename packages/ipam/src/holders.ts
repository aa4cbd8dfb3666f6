import { formatAddress } from "./address.js";
import { type Extent, familyPool, formatExtent, networkOfExtent, type PoolDefinition, parseExtent } from "./pool.js";
import type { Taken } from "./usage.js";

/** Who has one address or block of a pool. */
export interface PoolHolder {
  /** An address, or a block: `10.254.0.0/31`. */
  readonly address: string;
  /** `reserved` is a gateway, or written by hand; an address may stand twice, as two ways may claim it. */
  readonly kind: "allocated" | "reserved" | "resting";
  /** Whose it is or was; `null` for one that is reserved. */
  readonly key: string | null;
}

/**
 * Everything of a pool that somebody has, sorted by address, in O(n log n). Excluded ranges are nobody's.
 *
 * @example
 * ```ts
 * import { parsePrefix, poolHolders } from "@nix-nos/ipam";
 *
 * const pool = { name: "p", prefixes: [parsePrefix("10.0.0.0/24")].filter((prefix) => prefix !== null) };
 * const allocations = { "node/a": { pool: "p", address: "10.0.0.9" } };
 * const [first, second] = poolHolders(pool, { allocations, resting: {}, reserved: ["10.0.0.1"] });
 * first; // => { "address": "10.0.0.1", "kind": "reserved", "key": null }
 * second; // => { "address": "10.0.0.9", "kind": "allocated", "key": "node/a" }
 * ```
 */
export function poolHolders(pool: PoolDefinition, taken: Taken): readonly PoolHolder[] {
  const held: { readonly extent: Extent; readonly kind: PoolHolder["kind"]; readonly key: string | null }[] = [];
  const networks = { ipv4: familyPool(pool, "ipv4"), ipv6: familyPool(pool, "ipv6") };
  const add = (text: string, kind: PoolHolder["kind"], key: string | null) => {
    const extent = parseExtent(text);
    if (extent && networkOfExtent(networks[extent.family], extent)) held.push({ extent, kind, key });
  };
  for (const text of new Set([...(pool.gateways ?? []).map(formatAddress), ...taken.reserved]))
    add(text, "reserved", null);
  for (const [key, record] of Object.entries(taken.allocations))
    if (record.pool === pool.name) add(record.address, "allocated", key);
  for (const [key, record] of Object.entries(taken.resting))
    if (record.pool === pool.name) add(record.address, "resting", key);
  return held
    .sort((a, b) => compareExtent(a.extent, b.extent) || compareText(a.key ?? "", b.key ?? ""))
    .map(({ extent, kind, key }) => ({ address: formatExtent(extent), kind, key }));
}

function compareExtent(a: Extent, b: Extent): number {
  if (a.family !== b.family) return a.family === "ipv4" ? -1 : 1;
  return a.start < b.start ? -1 : a.start > b.start ? 1 : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
