import type { RolloutDetail, RolloutNode, RolloutNodeState } from "@plasmacloud/deployer-client";
import fc from "fast-check";
import { expect, it } from "vitest";
import { printRollout } from "./rollout.js";
import { drawRollout } from "./rollout-view.js";
import { columns } from "./text.js";

const begun = "2026-11-26T00:00:00.000Z";
const now = Date.parse(begun) + 90_000;

function rolloutOf(states: readonly RolloutNodeState[], message: string | null = null): RolloutDetail {
  const nodes = states.map(
    (state, index): RolloutNode => ({
      id: `node${index + 1}`,
      state,
      since: begun,
      system: null,
      previous: null,
      message,
      waitsFor: state === "ready" ? [{ reason: "canary", group: null, nodes: ["node1"] }] : [],
    }),
  );
  const counts = Object.fromEntries(
    (["done", "failed", "rolled-back", "unreachable", "copying", "building", "ready", "waiting"] as const).map(
      (state) => [state, states.filter((own) => own === state).length],
    ),
  );
  return {
    id: "20261126-000000-abcd",
    generation: "github:acme/cloud/8f3c2d1",
    state: "Running",
    createdAt: begun,
    createdBy: "ops",
    strategy: { canary: 1, batch: 5, maxParallel: 5, maxFailures: 1 },
    notes: message === null ? [] : [message],
    endedAt: null,
    reason: null,
    counts,
    nodes,
  } as unknown as RolloutDetail;
}

const draw = (detail: RolloutDetail, width: number, height: number) =>
  drawRollout(detail, { width, height }, now, (_, text) => text);

it("shows how far it is, who failed and why, what is underway, and who is next", () => {
  const detail = rolloutOf(["done", "rolled-back", "copying", "building", "ready"], null);
  expect(draw(detail, 60, 40)).toBe(`20261126-000000-abcd  github:acme/cloud/8f3c2d1  90 s
Running
████████▒▒▒▒▒▒▒▒························
1 done, 1 rolled-back, 1 copying, 1 building, 1 ready

failed
  node2        rolled-back

underway
  node3        copying     90 s

building
  node4        building

next
  node5        ready              after the canary node1
`);
});

it("fits on any screen, however many nodes there are, and counts what does not fit", { tags: "property" }, () => {
  const kinds = ["done", "failed", "rolled-back", "copying", "activating", "building", "ready", "waiting"] as const;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...kinds), { maxLength: 500 }),
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 2, max: 60 }),
      fc.string({ unit: "binary", maxLength: 300 }),
      (states, width, height, message) => {
        const picture = draw(rolloutOf(states, message), width, height);
        const lines = picture.split("\n");
        expect(lines.length).toBeLessThanOrEqual(Math.max(2, height));
        for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
        for (const line of printRollout(rolloutOf(states, message), width, (_, text) => text).split("\n"))
          expect(line).not.toMatch(/\p{Cc}/u);
      },
    ),
    { numRuns: 200 },
  );
  const many = draw(rolloutOf(Array(500).fill("ready")), 80, 24);
  expect(many.split("\n")).toHaveLength(24);
  expect(many).toContain("  and 484 more\n");
});
