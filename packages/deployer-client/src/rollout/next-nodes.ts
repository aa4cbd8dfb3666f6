import type { RolloutGroup, RolloutStrategy, RolloutWait } from "../schema/rollout.js";
import { isUnbegun, isUnderway, type RolloutNodeState } from "../state/rollout-state.js";
import { canariesOf } from "./order.js";

/** All that the order of a rollout depends on. */
export interface RolloutSituation {
  /** Names of all its nodes, as `orderNodes` gives them. */
  readonly order: readonly string[];
  readonly strategy: Pick<RolloutStrategy, "canary" | "batch" | "maxParallel">;
  /** The topology's, and those of the strategy. */
  readonly groups: readonly Readonly<RolloutGroup>[];
  /** Of each node of the order; one that is absent is waiting. */
  readonly states: ReadonlyMap<string, RolloutNodeState>;
  /** Names of nodes that serve nobody now, in the rollout or not. */
  readonly down: ReadonlySet<string>;
  /** Names of nodes that were not heard of for so long that nothing can be rolled out to them. */
  readonly lost: ReadonlySet<string>;
  readonly isPaused: boolean;
}

export interface RolloutNext {
  /** Nodes that are ready and may begin now, in order. */
  readonly start: readonly string[];
  /** Why each other node that has not begun waits. */
  readonly waits: ReadonlyMap<string, readonly RolloutWait[]>;
}

/**
 * Who may begin now, and why the others wait.
 *
 * A canary is done before anything else begins. Nodes that are underway are of one batch, and at most `maxParallel`. A
 * node begins only if its group's other nodes that are underway or down leave room for it. Lost nodes that have not
 * begun hold nobody up: they come when they are heard again.
 *
 * @example
 * ```ts
 * import { nextNodes } from "@plasmacloud/deployer-client";
 *
 * const { start, waits } = nextNodes({
 *   order: ["a", "b", "c"],
 *   strategy: { canary: 0, batch: 3, maxParallel: 3 },
 *   groups: [{ kind: "vip", name: "192.0.2.1", nodes: ["a", "b"], maxDown: 1 }],
 *   states: new Map([["a", "ready"], ["b", "ready"], ["c", "ready"]]),
 *   down: new Set(),
 *   lost: new Set(),
 *   isPaused: false,
 * });
 * start; // => ["a","c"]
 * waits.get("b"); // => [{"reason":"group","group":"vip 192.0.2.1","nodes":["a"]}]
 * ```
 */
export function nextNodes(situation: RolloutSituation): RolloutNext {
  const { order, strategy, states, lost, isPaused } = situation;
  const stateOf = (node: string) => states.get(node) ?? "waiting";
  const canaries = canariesOf(order, strategy.canary, states);
  const pending = canaries.filter((node) => stateOf(node) !== "done");
  const batches = batchesOf(order, canaries, strategy.batch);
  const begun = new Set(order.filter((node) => isUnderway(stateOf(node))));
  const groupWaits = watchGroups(situation, begun);
  const start: string[] = [];
  const waits = new Map<string, readonly RolloutWait[]>();
  /** The first batch that is not over. */
  let open: readonly string[] = [];
  for (const batch of batches) {
    const own = new Set(batch);
    const isCanary = batch === canaries;
    // A node that comes late, because it was lost, waits for the batch that is underway meanwhile.
    const others = open.length > 0 ? open : [...begun].filter((node) => !own.has(node));
    const turn =
      !isCanary && pending.length > 0 ? wait("canary", pending) : others.length > 0 ? wait("batch", others) : null;
    for (const node of batch) {
      const state = stateOf(node);
      if (!isUnbegun(state)) continue;
      const reasons: RolloutWait[] = [];
      if (isPaused) reasons.push(wait("paused"));
      if (lost.has(node)) reasons.push(wait("down", [node]));
      if (state !== "ready") reasons.push(wait("build"));
      if (turn !== null) reasons.push(turn);
      else if (begun.size >= strategy.maxParallel) reasons.push(wait("parallel", [...begun]));
      reasons.push(...groupWaits(node));
      if (reasons.length > 0) waits.set(node, reasons);
      else {
        start.push(node);
        begun.add(node);
      }
    }
    if (open.length === 0) open = batch.filter((node) => isOpen(stateOf(node), lost.has(node)));
  }
  return { start, waits };
}

function isOpen(state: RolloutNodeState, isLost: boolean): boolean {
  return isUnderway(state) || (isUnbegun(state) && !isLost);
}

function batchesOf(
  order: readonly string[],
  canaries: readonly string[],
  size: number,
): readonly (readonly string[])[] {
  const first = new Set(canaries);
  const rest = order.filter((node) => !first.has(node));
  const number = Math.ceil(rest.length / size);
  return [canaries, ...Array.from({ length: number }, (_, index) => rest.slice(index * size, (index + 1) * size))];
}

/** What keeps a node waiting for its groups, by those that are underway at the time of asking. */
function watchGroups({ order, groups, states, down }: RolloutSituation, begun: ReadonlySet<string>) {
  const unreachable = order.filter((node) => states.get(node) === "unreachable");
  const out = new Set([...down, ...unreachable]);
  const byNode = new Map<string, Readonly<RolloutGroup>[]>();
  for (const group of groups) {
    for (const node of new Set(group.nodes)) byNode.set(node, [...(byNode.get(node) ?? []), group]);
  }
  return (node: string): readonly RolloutWait[] =>
    (byNode.get(node) ?? []).flatMap(({ kind, name, nodes, maxDown }) => {
      const others = [...new Set(nodes)].filter((each) => each !== node);
      const taken = others.filter((each) => begun.has(each));
      const absent = others.filter((each) => !begun.has(each) && out.has(each));
      if (taken.length + absent.length + 1 <= maxDown) return [];
      const group = `${kind} ${name}`;
      return [
        ...(taken.length > 0 ? [wait("group", taken, group)] : []),
        ...(absent.length > 0 ? [wait("down", absent, group)] : []),
      ];
    });
}

function wait(reason: RolloutWait["reason"], nodes: readonly string[] = [], group: string | null = null): RolloutWait {
  return { reason, group, nodes: [...nodes] };
}
