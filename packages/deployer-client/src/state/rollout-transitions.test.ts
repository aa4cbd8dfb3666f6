import fc from "fast-check";
import { expect, it } from "vitest";
import { isFailure, isUnbegun, isUnderway, type RolloutNodeState, rolloutNodeStates } from "./rollout-state.js";
import {
  nextRolloutNodeState,
  nextRolloutState,
  type RolloutNodeCause,
  rolloutNodeTransitions,
} from "./rollout-transitions.js";

const causes = [...new Set(rolloutNodeTransitions.map(({ cause }) => cause))];
const hasEnded = (state: RolloutNodeState) => !isUnbegun(state) && !isUnderway(state);

it("takes a node from waiting to done, step by step", () => {
  const way: RolloutNodeCause[] = ["build", "built", "start", "copied", "activated", "confirmed"];
  let state: RolloutNodeState = "waiting";
  const seen = way.map((cause) => {
    state = nextRolloutNodeState(state, cause) ?? "waiting";
    return state;
  });
  expect(seen).toEqual(rolloutNodeStates.slice(1, 7));
});

it("has one way for each state and cause, leaves no end, and leads to each state", () => {
  const keys = rolloutNodeTransitions.map(({ from, cause }) => `${from} ${cause}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(rolloutNodeTransitions.filter(({ from }) => hasEnded(from))).toEqual([]);
  const reached = new Set<RolloutNodeState>(["waiting", ...rolloutNodeTransitions.map(({ to }) => to)]);
  expect(rolloutNodeStates.filter((state) => !reached.has(state))).toEqual([]);
});

it("tells of each end what became of the node, whatever happens in whatever order", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...causes), { maxLength: 40 }), (story) => {
      let state: RolloutNodeState = "waiting";
      const seen = new Set<RolloutNodeState>();
      for (const cause of story) {
        state = nextRolloutNodeState(state, cause) ?? state;
        seen.add(state);
      }
      if (state === "done")
        expect(["copying", "activating", "confirming"].every((each) => seen.has(each as never))).toBe(true);
      if (state === "failed" || state === "skipped" || state === "cancelled")
        expect(seen.has("confirming")).toBe(false);
      if (state === "rolled-back" || state === "unreachable") expect(seen.has("activating")).toBe(true);
      expect([isUnbegun(state), isUnderway(state), hasEnded(state)].filter(Boolean)).toHaveLength(1);
      expect(isFailure(state) && !hasEnded(state)).toBe(false);
    }),
  );
});

it("ends a rollout once: nothing moves one that was stopped, aborted or is done", () => {
  const all = ["pause", "resume", "abort", "stop", "finish"] as const;
  for (const state of ["Stopped", "Aborted", "Done"] as const) {
    expect(all.map((cause) => nextRolloutState(state, cause))).toEqual(all.map(() => null));
  }
  expect(nextRolloutState("Paused", "pause")).toBeNull();
  expect(nextRolloutState("Running", "resume")).toBeNull();
});
