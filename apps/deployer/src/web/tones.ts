import type { Node, RolloutNodeState, RolloutState } from "@plasmacloud/deployer-client";

/** How a thing stands, for its colour; beside each stands a word, for those who see none. */
export type Tone = "good" | "busy" | "wait" | "bad" | "idle";

/** What a node is at, in one word, and how that is. What needs a person comes before what goes well. */
export function standingOf({ state, liveness, health }: Node): { readonly word: string; readonly tone: Tone } {
  if (state.name === "Failed") return { word: `Failed in ${state.phase}`, tone: "bad" };
  if (liveness === "lost") return { word: `${state.name}, lost`, tone: "bad" };
  if (state.name === "Pending") return { word: "Pending", tone: "wait" };
  if (state.name === "Provisioning") return { word: `Provisioning, ${state.phase}`, tone: "busy" };
  if (health?.status === "failing" || health?.status === "degraded")
    return { word: `Active, ${health.status}`, tone: "bad" };
  return liveness === "stale" ? { word: "Active, stale", tone: "wait" } : { word: "Active", tone: "good" };
}

export const tones = ["bad", "wait", "busy", "good", "idle"] as const satisfies readonly Tone[];

/** Also the order in which the parts of a rollout's bar stand. */
export const rolloutNodeTones: { readonly [State in RolloutNodeState]: Tone } = {
  done: "good",
  "rolled-back": "bad",
  failed: "bad",
  unreachable: "bad",
  confirming: "busy",
  activating: "busy",
  copying: "busy",
  building: "wait",
  ready: "wait",
  waiting: "idle",
  skipped: "idle",
  cancelled: "idle",
};

export const rolloutTones: { readonly [State in RolloutState]: Tone } = {
  Running: "busy",
  Paused: "wait",
  Stopped: "bad",
  Aborted: "bad",
  Done: "good",
};
