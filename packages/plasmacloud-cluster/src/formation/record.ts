import type { Choices, Cluster } from "@nix-nos/topology";

/** Who formed a cluster, as the lock file remembers it: the members of the last run, one of them its founder. */
export interface FormationRecord {
  /** More than one only after a merge of two branches that each chose. */
  readonly founders: readonly string[];
  /** The founder among them. */
  readonly members: readonly string[];
  /** Whether with mutual TLS; `null` where nothing is said of it. */
  readonly tls: boolean | null;
}

/** What is remembered of a cluster; `null` for one that nobody has founded yet. */
export function recordOf(choices: Choices | undefined, cluster: Cluster): FormationRecord | null {
  const prefix = prefixOf(cluster);
  const own = Object.entries(choices ?? {}).filter(([key]) => key.startsWith(prefix));
  if (own.length === 0) return null;
  const names = (entries: typeof own) => entries.map(([key]) => key.slice(prefix.length));
  const tls = choices?.[tlsKey(cluster)];
  return {
    founders: names(own.filter(([, word]) => word === "founder")),
    members: names(own),
    tls: tls === undefined ? null : tls === "on",
  };
}

/**
 * The choices with what is to be remembered of a cluster from now on. A founder that leaves is forgotten, and nobody
 * takes its place: a node of its name that comes back joins as any other.
 */
export function remember(
  choices: Choices | undefined,
  cluster: Cluster,
  {
    founder,
    members,
    tls,
  }: { readonly founder: string | null; readonly members: readonly string[]; readonly tls: boolean },
): Choices {
  const prefix = prefixOf(cluster);
  const others = Object.entries(choices ?? {}).filter(([key]) => !key.startsWith(prefix));
  const own = members.map((name) => [`${prefix}${name}`, name === founder ? "founder" : "member"] as const);
  return Object.fromEntries([...others, ...own, [tlsKey(cluster), tls ? "on" : "off"]]);
}

/** Neither name holds a `/`. */
function prefixOf({ name }: Cluster): string {
  return `cluster/${name}/member/`;
}

function tlsKey({ name }: Cluster): string {
  return `cluster/${name}/tls`;
}
