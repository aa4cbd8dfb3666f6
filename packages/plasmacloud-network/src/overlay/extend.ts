import type { Network, Outcome } from "@nix-nos/topology";
import { hasErrors } from "@nix-nos/topology";
import type { NetworkServices } from "../services.js";
import { checkCentral, rememberCentral } from "./central.js";
import { checkEndpoints, endpointsOf } from "./endpoints.js";
import { checkMembers, overlayMembers, withMembers } from "./members.js";
import { checkMtu, encapsulationHeaders, narrowestPath, underlayMtus } from "./mtu.js";
import { overlayOpenings } from "./openings.js";
import { planOverlay } from "./plan.js";
import { withRanges } from "./ranges.js";

/** The network with the overlay: PrismNET on its nodes, their ranges, who holds OVN's databases, and what is to be open. */
export function extendOverlay(network: Network, services: NetworkServices): Outcome<Network> {
  const overlay = services.prismnet?.overlay;
  if (overlay === undefined) return { value: network, diagnostics: [] };
  const joined = withMembers(network);
  const ranged = withRanges(joined, overlay);
  const diagnostics = [
    ...checkMembers(joined),
    ...checkCentral(joined),
    ...ranged.diagnostics,
    ...overlayMembers(joined).flatMap((members) => {
      const ends = endpointsOf(joined, members);
      if (ends === null) return checkEndpoints(joined, members);
      const headers = encapsulationHeaders(overlay.encapsulation, ends);
      return checkMtu(joined, overlay, { path: narrowestPath(underlayMtus(joined, ends)), headers });
    }),
  ];
  if (ranged.value === null || hasErrors(diagnostics)) return { value: null, diagnostics };
  const chosen = { ...ranged.value, choices: rememberCentral(ranged.value) };
  const plan = planOverlay(chosen, services);
  const openings = plan === null ? [] : overlayOpenings(chosen, plan);
  const firewall = { ...chosen.firewall, openings: [...chosen.firewall.openings, ...openings] };
  return { value: { ...chosen, firewall }, diagnostics };
}
