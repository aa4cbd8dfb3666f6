import { type Network, nearestName } from "@nix-nos/topology";
import { usageFailure } from "../failure.js";
import type { Selection } from "../write/selection.js";

/** Kinds of files that there are, rendered or not: a topology without VIPs has no `gobgp`, and asking for it is no mistake. */
const knownKinds = ["bgp", "bird", "cluster-config", "dns", "gobgp", "networkd", "nix", "nixos", "systemd"];

/** @throws Failure NN9010 for a node or a kind that does not exist. */
export function checkSelection({ nodes, kinds }: Selection, network: Network): void {
  for (const node of nodes) {
    if (network.index.nodeByName.has(node)) continue;
    const names = network.nodes.map(({ name }) => name);
    throw usageFailure("NN9010", `There is no node ${JSON.stringify(node)} in the topology.`, didYouMean(node, names));
  }
  for (const kind of kinds) {
    if (knownKinds.includes(kind)) continue;
    const hint = didYouMean(kind, knownKinds) ?? `There are ${knownKinds.join(", ")}.`;
    throw usageFailure("NN9010", `There is no kind of file ${JSON.stringify(kind)}.`, hint);
  }
}

function didYouMean(name: string, names: readonly string[]): string | undefined {
  const nearest = nearestName(name, names);
  return nearest === null ? undefined : `Did you mean ${JSON.stringify(nearest)}?`;
}
