import type { Choices, Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { isController, type OverlayMembers, overlayMembers } from "./members.js";

/** Who holds OVN's databases in a cluster. */
export interface Central {
  /** Makes the databases; `null` once that is done by a node that has left. */
  readonly founder: string | null;
  /** Names of all that hold them, the founder among them, in network order. */
  readonly nodes: readonly string[];
}

/** More members only make every write slower (ovsdb(7), "Clustered Database Service Model"). */
const mostMembers = 5;

/**
 * Who holds the databases: whoever does already, as `choices` say, and as many control-plane nodes more as make an odd
 * number, up to five. A member is never dropped to make the number odd: the others would go on counting it.
 */
export function centralOf(network: Network, { cluster, nodes }: OverlayMembers): Central {
  const controllers = nodes.filter(isController);
  const record = recordOf(network.choices, cluster);
  const isFirst = record.size === 0;
  const order = isFirst ? [...controllers].sort((a, b) => Number(b.bootstrap) - Number(a.bootstrap)) : controllers;
  const kept = order.filter(({ name }) => record.has(name));
  const others = order.filter(({ name }) => !record.has(name));
  const wanted = oddUpTo(Math.min(controllers.length, mostMembers));
  const chosen = [...kept, ...others.slice(0, Math.max(0, wanted - kept.length))];
  const names = new Set(chosen.map(({ name }) => name));
  const founder = isFirst ? chosen[0]?.name : kept.find(({ name }) => record.get(name) === "founder")?.name;
  return {
    founder: founder ?? null,
    nodes: nodes.map(({ name }) => name).filter((name) => names.has(name)),
  };
}

/** The choices with who holds the databases from now on. */
export function rememberCentral(network: Network): Choices {
  const clusters = overlayMembers(network);
  const prefixes = clusters.map(({ cluster }) => prefixOf(cluster));
  const others = Object.entries(network.choices ?? {}).filter(([key]) => !prefixes.some((own) => key.startsWith(own)));
  const own = clusters.flatMap((members) => {
    const { founder, nodes } = centralOf(network, members);
    return nodes.map((name) => [`${prefixOf(members.cluster)}${name}`, name === founder ? "founder" : "member"]);
  });
  return Object.fromEntries([...others, ...own]);
}

/** What stands in the way of databases that were founded by an earlier run. */
export function checkCentral(network: Network): readonly Diagnostic[] {
  return overlayMembers(network).flatMap(({ cluster, nodes }): Diagnostic[] => {
    const record = recordOf(network.choices, cluster);
    const founders = [...record].filter(([, word]) => word === "founder").map(([name]) => name);
    const controllers = nodes.filter(isController);
    if (founders.length > 1) return [twoFounders(cluster, founders)];
    const isLost = record.size > 0 && controllers.length > 0 && !controllers.some(({ name }) => record.has(name));
    return isLost ? [lost(cluster, [...record.keys()], controllers)] : [];
  });
}

function twoFounders(cluster: Cluster, founders: readonly string[]): Diagnostic {
  return {
    code: "PC2018",
    severity: "error",
    message: `The lock file remembers two founders of OVN's databases in cluster ${cluster.name}, ${founders.join(" and ")}: most often two branches each chose one and were merged.`,
    path: cluster.path,
    hint: `Leave "founder" at the one whose databases are in use, and write "member" at the other.`,
  };
}

function lost(cluster: Cluster, former: readonly string[], controllers: readonly Node[]): Diagnostic {
  return {
    code: "PC2017",
    severity: "error",
    message: `OVN's databases in cluster ${cluster.name} were on ${former.join(", ")}, and none of them holds them any more: ${controllers.map(({ name }) => name).join(", ")} would have nobody to join.`,
    path: cluster.path,
    hint: `Keep one of them until the new ones have joined. If the databases are to be made anew, empty, remove the lines \`${prefixOf(cluster)}…\` from the lock file.`,
  };
}

/** What is remembered of a cluster, by node. */
function recordOf(choices: Choices | undefined, cluster: Cluster): ReadonlyMap<string, string> {
  const prefix = prefixOf(cluster);
  const own = Object.entries(choices ?? {}).filter(([key]) => key.startsWith(prefix));
  return new Map(own.map(([key, word]) => [key.slice(prefix.length), word]));
}

/** Neither name holds a `/`. */
function prefixOf({ name }: Cluster): string {
  return `overlay/${name}/central/`;
}

function oddUpTo(count: number): number {
  return count % 2 === 0 ? Math.max(0, count - 1) : count;
}
