import type { BgpPlan } from "../plan/types.js";
import { ownRoutes } from "./origins.js";
import { travel } from "./travel.js";

/**
 * Where a prefix of the topology's own is known when all sessions are up, by everything that sessions and their policies
 * do to it; no ROA is known of.
 *
 * @param prefix - canonical
 * @param origins - nodes that announce it at present, of those whose plan has it
 * @returns names of the nodes that have a route, its origins among them
 *
 * @example
 * ```ts
 * import { nodesThatHear } from "@nix-nos/bgp-gen";
 *
 * nodesThatHear({ speakers: [], speakerByNode: new Map() }, "203.0.113.0/24", []).size; // => 0
 * ```
 */
export function nodesThatHear(plan: BgpPlan, prefix: string, origins: readonly string[]): ReadonlySet<string> {
  const announcing = plan.speakers.filter(({ node }) => origins.includes(node));
  const { best } = travel(
    plan,
    announcing
      .flatMap((speaker) => ownRoutes(speaker, prefix))
      .flatMap(({ node, held }) => (held ? { node, held } : [])),
    {
      prefixSets: new Map(plan.speakers.flatMap(({ prefixSets }) => prefixSets).map((set) => [set.name, set])),
      rpki: () => "unknown",
      isOnLink: () => false,
      ownAddress: () => null,
    },
  );
  return new Set(best.keys());
}
