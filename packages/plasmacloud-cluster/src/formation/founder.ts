import type { Choices, Cluster, Network, Node } from "@nix-nos/topology";
import { isController, nodesOf, runsConsensus } from "./nodes.js";
import { recordOf, remember } from "./record.js";

/**
 * Who founds a cluster; `null` when it was founded by a node that is not there any more, and so by nobody again.
 * Without a record: the marked node, else the first controller that runs the consensus service, else the first one.
 */
export function founderOf(network: Network, cluster: Cluster): Node | null {
  const controllers = nodesOf(network, cluster).filter(isController);
  const record = recordOf(network.choices, cluster);
  if (record === null) {
    return controllers.find((node) => node.bootstrap) ?? controllers.find(runsConsensus) ?? controllers[0] ?? null;
  }
  return controllers.find((node) => record.founders.includes(node.name) && runsConsensus(node)) ?? null;
}

/** What is to be remembered of every cluster after this run. */
export function rememberFormations(network: Network, tls: boolean): Choices {
  let choices = network.choices ?? {};
  for (const cluster of network.clusters) {
    const members = nodesOf(network, cluster).filter(runsConsensus);
    // Of a cluster whose members are all gone, what was known stays: it may be back with the next run.
    if (!members.some(isController)) continue;
    const founder = founderOf(network, cluster);
    const names = members.map(({ name }) => name);
    choices = remember(choices, cluster, { founder: founder?.name ?? null, members: names, tls });
  }
  return choices;
}
