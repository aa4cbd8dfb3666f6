import type { Network } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";

/**
 * Who scrapes each cluster, by its name: its own NightLights; in a cluster without one, those of its site; and where the
 * site has none either, all there are. Each of several scrapes everything, so that one may fail.
 */
export function scrapersByCluster(
  { clusters }: Network,
  placements: readonly Placement[],
): ReadonlyMap<string, readonly Placement[]> {
  const all = placements.filter(({ service }) => service.name === "nightlight");
  return new Map(
    clusters.map(({ name, site }) => {
      const own = all.filter(({ node }) => node.cluster === name);
      const near = all.filter(({ node }) => node.site !== null && node.site === site);
      return [name, [own, near, all].find((some) => some.length > 0) ?? []];
    }),
  );
}
