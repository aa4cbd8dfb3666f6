import type { Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { isController, nodesOf, runsConsensus } from "./nodes.js";
import { type FormationRecord, recordOf } from "./record.js";

const anew = (cluster: Cluster) =>
  `If the cluster is to be built anew from nothing, remove its lines \`cluster/${cluster.name}/…\` from the lock file.`;

/** What a topology asks of clusters that have been founded already; the network has the choices of the last run. */
export function checkRecords(network: Network, tls: boolean): readonly Diagnostic[] {
  return network.clusters.flatMap((cluster) => {
    const record = recordOf(network.choices, cluster);
    if (record === null) return [];
    const faults = checkRecord(cluster, record, nodesOf(network, cluster));
    return record.tls === null || record.tls === tls ? faults : [...faults, otherTls(cluster, record.tls)];
  });
}

function checkRecord(cluster: Cluster, record: FormationRecord, nodes: readonly Node[]): readonly Diagnostic[] {
  const [founder, second] = record.founders;
  if (second !== undefined) {
    return [
      {
        code: "PC3015",
        severity: "error",
        message: `The lock file remembers two founders of cluster ${cluster.name}, ${record.founders.join(" and ")}: most often two branches each chose one and were merged.`,
        path: cluster.path,
        hint: `Leave "founder" at the one that founded the running cluster, and write "member" at the other.`,
      },
    ];
  }
  const marked = nodes.filter((node) => node.bootstrap && node.name !== founder);
  if (marked.length > 0) return marked.map((node) => secondFounder(node, cluster, founder));
  const members = nodes.filter(runsConsensus);
  if (!members.some(isController) || members.some(({ name }) => record.members.includes(name))) return [];
  return [
    {
      code: "PC3014",
      severity: "error",
      message: `Cluster ${cluster.name} was formed by ${record.members.join(", ")}, and none of them is left: ${members.map(({ name }) => name).join(", ")} would have nobody to join.`,
      path: cluster.path,
      hint: `Keep one of them until the new ones have joined. ${anew(cluster)}`,
    },
  ];
}

function secondFounder(node: Node, cluster: Cluster, founder: string | undefined): Diagnostic {
  const by = founder === undefined ? "by a node that has left it" : `by ${founder}`;
  return {
    code: "PC3013",
    severity: "error",
    message: `Node ${node.name} is marked to found cluster ${cluster.name}, which was founded already, ${by}.`,
    path: [...node.path, "bootstrap"],
    hint: `Remove the mark, and ${node.name} joins. ${anew(cluster)}`,
  };
}

/** Members reach each other by addresses that say how, and go on with those that they were formed with. */
function otherTls(cluster: Cluster, formed: boolean): Diagnostic {
  const [was, wanted] = formed ? ["with", "off"] : ["without", "on, which is the default"];
  return {
    code: "PC3016",
    severity: "error",
    message: `Cluster ${cluster.name} was formed ${was} TLS, and the topology turns it ${wanted}: members would not find each other any more.`,
    path: ["services", "tls"],
    hint: `Write \`services: { tls: { enable: ${formed} } }\`. ${anew(cluster)}`,
  };
}
