import { type IpAddress, type PoolDefinition, parseAddress, parsePrefix } from "@nix-nos/ipam";
import type { Pool } from "./pool.js";

/**
 * A pool of a network as `@nix-nos/ipam` wants it: to allocate from it, or to say how full it is.
 *
 * @example
 * ```ts
 * import { loadTopology, poolDefinition, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: {}, network: { pools: { mgmt: { prefixes: [10.10.0.0/24] } } } }";
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * unwrap(resolveTopology(document)).pools.map(poolDefinition)[0]?.quarantineSeconds; // => 604800
 * ```
 */
export function poolDefinition({ name, prefixes, gateways, exclude, strategy, quarantineDays }: Pool): PoolDefinition {
  const address = (text: string): readonly IpAddress[] => {
    const own = parseAddress(text);
    return own ? [own] : [];
  };
  return {
    name,
    prefixes: prefixes.flatMap((text) => parsePrefix(text) ?? []),
    gateways: gateways.flatMap(address),
    exclude: exclude.flatMap(([from, to]) => {
      const [first, last] = [from, to].flatMap(address);
      return first && last ? [{ first, last }] : [];
    }),
    strategy,
    quarantineSeconds: quarantineDays * 24 * 60 * 60,
  };
}
