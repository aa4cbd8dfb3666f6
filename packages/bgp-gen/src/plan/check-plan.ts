import type { Diagnostic, Network } from "@nix-nos/topology";
import { checkDefaultRoute } from "./check-default-route.js";
import { checkFamilies } from "./check-families.js";
import { checkGobgp } from "./check-gobgp.js";
import { checkGobgpFilters } from "./check-gobgp-filters.js";
import { checkGobgpRpki } from "./check-gobgp-rpki.js";
import { checkGobgpTwins } from "./check-gobgp-twins.js";
import { checkNeighbours } from "./check-neighbours.js";
import { checkOutside } from "./check-outside.js";
import { checkParts } from "./check-parts.js";
import { checkReflectors } from "./check-reflectors.js";
import type { BgpSpeaker } from "./types.js";

/**
 * What a plan without errors does that nobody can mean: sessions that cannot come up together, and routes that get lost
 * on their way. Each check walks the plan once, whatever its size.
 */
export function checkPlan(network: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  return [
    ...checkNeighbours(speakers),
    ...checkDefaultRoute(network, speakers),
    ...checkGobgp(network, speakers),
    ...checkGobgpFilters(speakers),
    ...checkGobgpTwins(speakers),
    ...checkGobgpRpki(network, speakers),
    ...checkReflectors(network, speakers),
    ...checkFamilies(network),
    ...checkOutside(speakers),
    ...checkParts(network, speakers),
  ];
}
