import type { Artifact } from "../artifact.js";
import { printZone } from "./print-zone.js";
import type { DnsZone } from "./zone.js";

/**
 * The zone files of a network: `dns/DOMAIN.zone` and `dns/10.10.10.in-addr.arpa.zone`, for a name server to load.
 *
 * @param zones - as `planZones` gives them
 *
 * @example
 * ```ts
 * import { loadTopology, planZones, renderZones, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { domain: acme.example, clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * renderZones(unwrap(planZones(network))).map(({ path }) => path); // => ["dns/acme.example.zone", "dns/0.0.10.in-addr.arpa.zone"]
 * ```
 */
export function renderZones(zones: readonly DnsZone[]): readonly Artifact[] {
  return zones.map((zone) => {
    return { path: zoneFile(zone), text: printZone(zone), node: null, layer: 1, kind: "dns" };
  });
}

/**
 * Where a zone's file is in the output tree; the `/` of RFC 2317's names is a `-` there.
 *
 * @example
 * ```ts
 * import { zoneFile } from "@nix-nos/topology";
 *
 * zoneFile({ origin: "64/26.2.0.192.in-addr.arpa" }); // => "dns/64-26.2.0.192.in-addr.arpa.zone"
 * ```
 */
export function zoneFile({ origin }: Pick<DnsZone, "origin">): string {
  return `dns/${origin.replaceAll("/", "-")}.zone`;
}
