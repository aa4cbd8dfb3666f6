import type { Artifact } from "../artifact.js";
import type { Network } from "../network/network.js";
import { planZones } from "./plan-zones.js";
import { printZone } from "./zone.js";

/**
 * The zone files of a network: `dns/DOMAIN.zone` and `dns/10.10.10.in-addr.arpa.zone`, for a name server to load.
 *
 * @param network - resolved
 *
 * @example
 * ```ts
 * import { loadTopology, renderZones, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { domain: acme.example, clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * renderZones(network).map(({ path }) => path); // => ["dns/acme.example.zone", "dns/0.0.10.in-addr.arpa.zone"]
 * ```
 */
export function renderZones(network: Network): readonly Artifact[] {
  return planZones(network).map((zone) => {
    return { path: `dns/${zone.origin}.zone`, text: printZone(zone), node: null, layer: 1, kind: "dns" };
  });
}
