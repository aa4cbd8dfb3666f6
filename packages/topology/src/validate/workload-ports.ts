import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { parsePortMapping } from "../document/text.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";
import type { WrittenWorkload } from "./written-workload.js";

/** Where nodes' own ports are taken: by BGP (RFC 4271), and by WireGuard. */
export function systemPorts(document: LooseTopology): Map<string, Path> {
  const taken = new Map<string, Path>();
  const { clusters, network } = document["nix-nos"] ?? {};
  for (const [system, { members }] of entriesOf(network?.bgp?.autonomousSystems)) {
    const path: Path = ["nix-nos", "network", "bgp", "autonomousSystems", system, "members"];
    for (const [index, node] of itemsOf(members)) taken.set(`${node} 179/tcp`, [...path, index]);
  }
  for (const [cluster, { nodes }] of entriesOf(clusters)) {
    for (const [node, { interfaces }] of entriesOf(nodes)) {
      for (const [name, { kind, port }] of entriesOf(interfaces)) {
        if (kind !== "wireguard" || port === undefined) continue;
        const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces", name, "port"];
        taken.set(`${node} ${port}/udp`, path);
      }
    }
  }
  return taken;
}

/**
 * Each port of a node is one workload's, and its zones are there.
 *
 * @param taken - where each node's ports were taken so far; this adds to it
 * @param zones - names of the zones that the topology defines; with none, any name may stand
 */
export function checkPorts(
  { name, workload, path }: WrittenWorkload,
  taken: Map<string, Path>,
  zones: ReadonlySet<string>,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [index, written] of itemsOf(workload.ports)) {
    const place = [...path, "ports", index];
    const mapping =
      typeof written === "string" ? parsePortMapping(written) : { node: written.port, protocol: written.protocol };
    if (typeof written !== "string" && zones.size > 0) {
      for (const [at, zone] of itemsOf(written.zones)) {
        if (zones.has(zone)) continue;
        const hint = didYouMean(zone, zones) ?? "Add it under `network.zones`.";
        const message = `Unknown zone ${quote(zone)}.`;
        diagnostics.push({ code: "NN1340", severity: "error", message, path: [...place, "zones", at], hint });
      }
    }
    if (mapping?.node === undefined) continue;
    for (const node of new Set(itemsOf(workload.nodes).map(([, each]) => each))) {
      const port = `${mapping.node}/${mapping.protocol ?? "tcp"}`;
      const first = taken.get(`${node} ${port}`);
      if (first === undefined) {
        taken.set(`${node} ${port}`, place);
        continue;
      }
      const message = `The port ${port} of ${quote(node)} is taken twice, the second time by ${quote(name)}.`;
      const related = [{ message: "taken here", path: first }];
      const hint = "Choose another port of the node.";
      diagnostics.push({ code: "NN1225", severity: "error", message, path: place, hint, related });
      break;
    }
  }
  return diagnostics;
}
