import { type Artifact, type Diagnostic, type Network, type Node, nodeFolder, type Outcome } from "@nix-nos/topology";
import { forwardingFile } from "./forwarding.js";
import { printFile, unitFault } from "./ini.js";
import type { NetworkdUnit } from "./unit.js";
import { networkdUnits, unplacedAddresses } from "./units/node-units.js";
import { newerKey, splitForwarding } from "./versions.js";

/**
 * The systemd-networkd files of every node on NixOS: `nodes/NODE/networkd/20-eth0.network` and so on.
 *
 * @param network - a resolved network
 * @returns the files, in network order; no value when a unit cannot be written (NN4002) or needs a newer systemd (NN4020).
 *   A node whose `ip` no interface carries gets the warning NN4001, and no unit is guessed for it.
 *
 * @example
 * ```ts
 * import { renderNetworkd } from "@nix-nos/networkd-render";
 *
 * const network = {
 *   name: null, domain: null, sites: [], clusters: [], nodes: [], pools: [], reservations: [], vlans: [], links: [], workloads: [], firewall: { zones: [], forwardings: [], openings: [] }, dns: { nameServers: [], services: [] }, lab: { peers: [] }, allocations: {}, released: {},
 *   bgp: { timers: { holdTime: null, keepalive: null }, bfd: false, gracefulRestart: false, autonomousSystems: [], peers: [], prefixSets: [],
 *   rpkiCaches: [], birdVersion: "2.0.12", speakers: new Map(),
 *     policies: [], vipAdvertisements: [] },
 *   index: { nodeByName: new Map(), autonomousSystemByNode: new Map(), linksByNode: new Map(), nodesByService: new Map() },
 * };
 *
 * renderNetworkd(network); // => { "value": [], "diagnostics": [] }
 * ```
 */
export function renderNetworkd(network: Network): Outcome<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const node of network.nodes) {
    if (node.platform !== "nixos") continue;
    if (node.forwards && node.systemdVersion >= splitForwarding) artifacts.push(forwardingFile(node));
    const unplaced = unplacedAddresses(node);
    if (unplaced.length > 0) warnings.push(unplacedWarning(node, unplaced));
    for (const unit of networkdUnits(node)) {
      const fault = unitFault(unit);
      if (fault !== null) {
        errors.push(unitError(node, fault));
        continue;
      }
      const newer = newerKey(unit, node.systemdVersion);
      if (newer !== null) {
        errors.push(versionError(node, unit, newer));
        continue;
      }
      const path = `${nodeFolder(node.name)}/networkd/${unit.name}`;
      artifacts.push({ path, text: printFile(unit.sections), node: node.name, layer: 1, kind: "networkd" });
    }
  }
  return { value: errors.length > 0 ? null : artifacts, diagnostics: [...errors, ...warnings] };
}

function unplacedWarning(node: Node, unplaced: readonly string[]): Diagnostic {
  const [first = ""] = unplaced;
  const length = first.includes(":") ? 64 : 24;
  return {
    code: "NN4001",
    severity: "warning",
    message: `Node ${node.name} has the ip ${unplaced.join(" and ")} but no interface that carries it, so no unit is written for it.`,
    path: [...node.path, "ip"],
    hint: `Name the interface: interfaces: { eth0: { addresses: ["${first}/${length}"] } }`,
  };
}

function unitError(node: Node, fault: string): Diagnostic {
  return {
    code: "NN4002",
    severity: "error",
    message: `A systemd-networkd unit of node ${JSON.stringify(node.name)} cannot be written. ${fault}`,
    path: node.path,
    hint: "Use interface names of letters, digits, `-`, `_` and `.`, and values without line breaks.",
  };
}

function versionError(
  node: Node,
  unit: NetworkdUnit,
  newer: { readonly key: string; readonly since: number },
): Diagnostic {
  const own = node.interfaces.find(({ name }) => unit.name.slice(3) === `${name}.${unit.type}`);
  return {
    code: "NN4020",
    severity: "error",
    message: `${newer.key} of ${unit.name} is new in systemd ${newer.since}, and node ${node.name} has ${node.systemdVersion}.`,
    path: own?.path ?? node.path,
    hint: `Leave out what asks for it, or say systemdVersion: ${newer.since} once the node has that.`,
  };
}
