import type { RolloutGroup } from "../schema/rollout.js";
import type { RolloutNodeState } from "../state/rollout-state.js";

const byNumber = new Intl.Collator("en", { numeric: true });

/**
 * The order of a rollout: canaries first, then all others by name, where `node2` is before `node10`. Canaries are nodes
 * that serve now and are in no group, as far as there are such.
 *
 * @param nodes - names of the nodes to roll out to
 * @param down - names of nodes that serve nobody now
 * @example
 * ```ts
 * import { orderNodes } from "@plasmacloud/deployer-client";
 *
 * const groups = [{ kind: "quorum", name: "ChainFire of lab", nodes: ["node1", "node2"], maxDown: 1 }] as const;
 * orderNodes(["node10", "node2", "node1"], { canary: 1, groups, down: new Set() }); // => ["node10","node1","node2"]
 * ```
 */
export function orderNodes(
  nodes: Iterable<string>,
  {
    canary,
    groups,
    down,
  }: {
    readonly canary: number;
    readonly groups: readonly Pick<RolloutGroup, "nodes">[];
    readonly down: ReadonlySet<string>;
  },
): readonly string[] {
  const grouped = new Set(groups.flatMap((group) => group.nodes));
  const cost = (node: string) => (down.has(node) ? 2 : 0) + (grouped.has(node) ? 1 : 0);
  const sorted = [...new Set(nodes)].sort((one, other) => byNumber.compare(one, other) || (one < other ? -1 : 1));
  const canaries = new Set(sorted.toSorted((one, other) => cost(one) - cost(other)).slice(0, canary));
  return [...canaries, ...sorted.filter((node) => !canaries.has(node))];
}

/** The nodes that must be done before any other begins: the first of the order, without those that are skipped. */
export function canariesOf(
  order: readonly string[],
  canary: number,
  states: ReadonlyMap<string, RolloutNodeState>,
): readonly string[] {
  return order.filter((node) => states.get(node) !== "skipped").slice(0, canary);
}
