import type { Choices, Cluster } from "@nix-nos/topology";

/** Who formed a cluster, as the lock file remembers it: the members of the last run, one of them its founder. */
export interface FormationRecord {
  /** More than one only after a merge of two branches that each chose. */
  readonly founders: readonly string[];
  /** The founder among them. */
  readonly members: readonly string[];
}

/** What is remembered of a cluster; `null` for one that nobody has founded yet. */
export function recordOf(choices: Choices | undefined, cluster: Cluster): FormationRecord | null {
  const prefix = prefixOf(cluster);
  const own = Object.entries(choices ?? {}).filter(([key]) => key.startsWith(prefix));
  if (own.length === 0) return null;
  const names = (entries: typeof own) => entries.map(([key]) => key.slice(prefix.length));
  return { founders: names(own.filter(([, word]) => word === "founder")), members: names(own) };
}

/**
 * The choices with what is to be remembered of a cluster from now on. A founder that leaves is forgotten, and nobody
 * takes its place: a node of its name that comes back joins as any other.
 */
export function remember(
  choices: Choices | undefined,
  cluster: Cluster,
  { founder, members }: { readonly founder: string | null; readonly members: readonly string[] },
): Choices {
  const prefix = prefixOf(cluster);
  const others = Object.entries(choices ?? {}).filter(([key]) => !key.startsWith(prefix));
  const own = members.map((name) => [`${prefix}${name}`, name === founder ? "founder" : "member"] as const);
  return Object.fromEntries([...others, ...own]);
}

/** Neither name holds a `/`. */
function prefixOf({ name }: Cluster): string {
  return `cluster/${name}/member/`;
}
