import { conclude, createAllocator, familyOf, recall } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyPool } from "../document/pool-schema.js";
import { compareNames } from "../names.js";
import type { Network } from "../network/network.js";
import type { Pool } from "../network/pool.js";
import { poolDefinition } from "../network/pool-definition.js";
import { bareAddress } from "./canonical-text.js";
import { resolvePool } from "./pools.js";

/** A pool that an extension's part of `services` brings along. */
export interface ExtensionPool {
  /** With a `/`, which no pool of `network.pools` has in its name. */
  readonly name: string;
  /** As the schema `topologyPool` gives it. */
  readonly document: Omit<TopologyPool, "gateway" | "allocate">;
  /** Prefix length of the blocks that are carved from it, by family. */
  readonly blockLength: Pool["blockLength"];
  readonly path: Path;
}

/**
 * Adds an extension's pool to a network, and carves a block a family for each key, remembered in the network's
 * `allocations` as `KEY/ipv4` and `KEY/ipv6`: as with every allocation, a key keeps its block from run to run, and one
 * that is not asked for any more rests before another gets it.
 *
 * @param keys - what the blocks are for, in the order in which new ones are given
 * @returns the network, and the keys with their family that the pool has nothing left for
 *
 * @example
 * ```ts
 * import { allocateBlocks, loadTopology, resolveTopology, topologyPool, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: {} }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const document = topologyPool.parse({ prefixes: ["10.200.0.0/23"] });
 * const pool = { name: "own/pool", document, blockLength: { ipv4: 24, ipv6: 64 }, path: ["services"] };
 * const given = allocateBlocks(network, pool, ["node/a/own", "node/b/own", "node/c/own"]);
 * given.network.allocations["node/b/own/ipv4"]?.address; // => "10.200.1.0/24"
 * given.wanting; // => ["node/c/own/ipv4"]
 * ```
 */
export function allocateBlocks(
  network: Network,
  { name, document, blockLength, path }: ExtensionPool,
  keys: readonly string[],
): { readonly network: Network; readonly wanting: readonly string[] } {
  const pool: Pool = { ...resolvePool(name, document, path), blockLength };
  const pools = [...network.pools, pool].sort((a, b) => compareNames(a.name, b.name));
  const definitions = pools.map(poolDefinition);
  const { now, ...earlier } = network.earlier ?? { ...network, now: null };
  const allocator = createAllocator(definitions, recall(earlier, definitions, now));
  for (const { key, address } of network.reservations) allocator.reserve(key, bareAddress(address));
  const families = (["ipv4", "ipv6"] as const).filter((family) =>
    pool.prefixes.some((prefix) => familyOf(prefix) === family),
  );
  const wanting = keys.flatMap((key) =>
    families.flatMap((family) => {
      const own = `${key}/${family}`;
      return allocator.allocateBlock(name, own, family, blockLength[family]).ok ? [] : [own];
    }),
  );
  const all = Object.entries({ ...network.allocations, ...allocator.snapshot() });
  const allocations = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  const { released } = conclude(earlier, allocations, definitions, now);
  return { network: { ...network, pools, allocations, released }, wanting };
}
