import { type Artifact, type Diagnostic, type Network, type Node, nodeFolder, type Outcome } from "@nix-nos/topology";
import { printUnit, unitFault } from "./ini.js";
import { networkdUnits, unplacedAddresses } from "./units/node-units.js";
import { stackInterfaces } from "./units/stack.js";

/**
 * The systemd-networkd files of every node on NixOS: `nodes/NODE/networkd/20-eth0.network` and so on.
 *
 * @param network - a resolved network
 * @returns the files, in network order; no value when a unit cannot be written (NN4002) or cannot work (NN4003).
 *   A node whose `ip` no interface carries gets the warning NN4001, and no unit is guessed for it.
 *
 * @example
 * ```ts
 * import { renderNetworkd } from "@nix-nos/networkd-render";
 *
 * const network = {
 *   name: null, domain: null, clusters: [], nodes: [], vlans: [], links: [], allocations: {},
 *   bgp: { timers: { holdTime: null, keepalive: null }, bfd: false, gracefulRestart: false, autonomousSystems: [], vipAdvertisements: [] },
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
    const unplaced = unplacedAddresses(node);
    if (unplaced.length > 0) warnings.push(unplacedWarning(node, unplaced));
    errors.push(...mtuErrors(node));
    for (const unit of networkdUnits(node)) {
      const fault = unitFault(unit);
      if (fault !== null) {
        errors.push(unitError(node, fault));
        continue;
      }
      const path = `${nodeFolder(node.name)}/networkd/${unit.name}`;
      artifacts.push({ path, text: printUnit(unit), node: node.name, layer: 1, kind: "networkd" });
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

function mtuErrors(node: Node): readonly Diagnostic[] {
  return stackInterfaces(node).flatMap(({ interface: entry, needed }): Diagnostic[] => {
    if (needed === null || entry.mtu === null || entry.mtu >= needed.mtu) return [];
    return [
      {
        code: "NN4003",
        severity: "error",
        message: `Interface ${entry.name} of node ${node.name} has an MTU of ${entry.mtu}, but ${needed.by} on top of it needs ${needed.mtu}.`,
        path: entry.path,
        hint: `Give ${entry.name} at least ${needed.mtu}, or no mtu: it then follows ${needed.by}.`,
      },
    ];
  });
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
