import type { RolloutPlan, RolloutWait } from "../schema/rollout.js";
import { isUnbegun, type RolloutNodeState } from "../state/rollout-state.js";
import { nextNodes, type RolloutSituation } from "./next-nodes.js";

/**
 * Plays a rollout in which everything goes well and all that is down stays so: who begins in which wave, and what each
 * waited for in the wave before.
 *
 * @example
 * ```ts
 * import { dryRun } from "@plasmacloud/deployer-client";
 *
 * const { waves } = dryRun({
 *   order: ["a", "b", "c"],
 *   strategy: { canary: 1, batch: 2, maxParallel: 2 },
 *   groups: [],
 *   states: new Map(),
 *   down: new Set(),
 *   lost: new Set(),
 *   isPaused: false,
 * });
 * waves.map((wave) => wave.map(({ id }) => id)); // => [["a"],["b","c"]]
 * waves[1]?.[0]?.waitsFor; // => [{"reason":"canary","group":null,"nodes":["a"]}]
 * ```
 */
export function dryRun(situation: RolloutSituation): Pick<RolloutPlan, "waves" | "held"> {
  const states = new Map<string, RolloutNodeState>(
    situation.order.map((node) => {
      const state = situation.states.get(node) ?? "waiting";
      return [node, isUnbegun(state) ? "ready" : state];
    }),
  );
  const waves: RolloutPlan["waves"] = [];
  let before: ReadonlyMap<string, readonly RolloutWait[]> = new Map();
  const planned = (id: string) => ({ id, waitsFor: [...(before.get(id) ?? [])] });
  for (;;) {
    const { start, waits } = nextNodes({ ...situation, states });
    if (start.length > 0) waves.push(start.map(planned));
    before = waits;
    if (start.length === 0) return { waves, held: [...waits.keys()].map(planned) };
    for (const node of start) states.set(node, "done");
  }
}
