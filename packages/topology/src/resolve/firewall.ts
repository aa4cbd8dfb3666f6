import { parsePrefix } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import { parseServicePorts, type TopologyAllow, type TopologyZone, zone } from "../document/firewall-schema.js";
import type { Topology } from "../document/schema.js";
import { compareNames } from "../names.js";
import type { Allowance, Firewall, Zone } from "../network/firewall.js";
import { canonicalAddress, canonicalPrefix } from "./canonical-text.js";

/** Zones and what goes between them; one that interfaces name and nothing defines keeps everything out. */
export function resolveFirewall(topology: Topology): Firewall {
  const { clusters, network } = topology["nix-nos"];
  const zones = new Map(
    Object.entries(network?.zones ?? {}).map(([name, written]) => [
      name,
      zoneOf(name, written, true, ["nix-nos", "network", "zones", name]),
    ]),
  );
  for (const [cluster, { nodes }] of Object.entries(clusters)) {
    for (const [node, { interfaces }] of Object.entries(nodes)) {
      for (const [own, { zone: name }] of Object.entries(interfaces ?? {})) {
        if (name === undefined || zones.has(name)) continue;
        const path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces", own, "zone"];
        zones.set(name, zoneOf(name, zone.parse({}), false, path));
      }
    }
  }
  return {
    zones: [...zones.values()].sort((a, b) => compareNames(a.name, b.name)),
    openings: [],
    forwardings: (network?.forwardings ?? []).map(({ from, to, allow }, index) => {
      return { from, to, allow: allowances(allow), path: ["nix-nos", "network", "forwardings", index] };
    }),
  };
}

function zoneOf(name: string, written: TopologyZone, defined: boolean, path: Path): Zone {
  const { input, forward, masquerade, allow, workloads } = written;
  return {
    name,
    defined,
    input,
    forward,
    masquerade,
    allow: allowances(allow),
    workloads: [...new Set(workloads)],
    path,
  };
}

function allowances(written: TopologyAllow | undefined): readonly Allowance[] {
  return (written ?? []).flatMap((entry) => {
    if (typeof entry === "string") return [allowance(entry, [])];
    const sources = entry.from.map((text) =>
      parsePrefix(text) === null ? canonicalAddress(text) : canonicalPrefix(text),
    );
    return entry.ports.map((text) => allowance(text, [...new Set(sources)]));
  });
}

function allowance(name: string, sources: readonly string[]): Allowance {
  return { name, ports: parseServicePorts(name) ?? [], sources };
}
