import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailure, isUnbegun, isUnderway, type RolloutNodeState } from "../state/rollout-state.js";
import { nextRolloutNodeState, type RolloutNodeCause, rolloutNodeTransitions } from "../state/rollout-transitions.js";
import { dryRun } from "./dry-run.js";
import { nextNodes, type RolloutSituation } from "./next-nodes.js";
import { orderNodes } from "./order.js";
import { verdictOf } from "./verdict.js";

const ring = (...nodes: string[]) => ({ kind: "quorum", name: "ring", nodes, maxDown: 1 }) as const;
const ready = (...nodes: string[]) => new Map<string, RolloutNodeState>(nodes.map((node) => [node, "ready"]));

function situation(more: Partial<RolloutSituation>): RolloutSituation {
  const strategy = { canary: 0, batch: 5, maxParallel: 5 };
  const nothing = {
    groups: [],
    states: ready(...(more.order ?? [])),
    down: new Set<string>(),
    lost: new Set<string>(),
  };
  return { order: [], strategy, ...nothing, isPaused: false, ...more };
}

describe("the order", () => {
  it("has canaries first that stand in for nobody and serve, then numbers as people count", () => {
    const nodes = ["n10", "n2", "n1", "n9", "n2"];
    const given = { canary: 1, groups: [ring("n1", "n2")], down: new Set(["n9"]) };
    expect(orderNodes(nodes, given)).toEqual(["n10", "n1", "n2", "n9"]);
    expect(orderNodes(nodes, { ...given, canary: 2 })).toEqual(["n10", "n1", "n2", "n9"]);
    expect(orderNodes(nodes, { ...given, canary: 0 })).toEqual(["n1", "n2", "n9", "n10"]);
    expect(orderNodes(nodes, { ...given, canary: 9 })).toHaveLength(4);
    expect(orderNodes(["n1", "n01"], given)).toEqual(orderNodes(["n01", "n1"], given));
  });
});

describe("why a node waits", () => {
  const waitsOf = (node: string, more: Partial<RolloutSituation>) => nextNodes(situation(more)).waits.get(node);

  it("is told by whom", () => {
    const order = ["a", "b", "c", "d"];
    const strategy = { canary: 1, batch: 2, maxParallel: 1 };
    const states = ready(...order);
    expect(waitsOf("b", { order, strategy })).toEqual([{ reason: "canary", group: null, nodes: ["a"] }]);
    states.set("a", "done");
    expect(nextNodes(situation({ order, strategy, states })).start).toEqual(["b"]);
    expect(waitsOf("c", { order, strategy, states })).toEqual([{ reason: "parallel", group: null, nodes: ["b"] }]);
    expect(waitsOf("d", { order, strategy, states })).toEqual([{ reason: "batch", group: null, nodes: ["b", "c"] }]);
    states.set("c", "building");
    expect(waitsOf("c", { order, strategy, states })?.map(({ reason }) => reason)).toEqual(["build", "parallel"]);
    const paused = nextNodes(situation({ order, strategy, states, isPaused: true }));
    expect([paused.start, paused.waits.get("b")]).toEqual([[], [{ reason: "paused", group: null, nodes: [] }]]);
  });

  it("is a member of its group that is down, in the rollout or not, or that cannot be asked", () => {
    const groups = [ring("a", "b", "x")];
    const down = [{ reason: "down", group: "quorum ring", nodes: ["x"] }];
    expect(waitsOf("a", { order: ["a", "b"], groups, down: new Set(["x"]) })).toEqual(down);
    const states = new Map<string, RolloutNodeState>([
      ["a", "unreachable"],
      ["b", "ready"],
    ]);
    expect(waitsOf("b", { order: ["a", "b"], groups, states })).toMatchObject([{ reason: "down", nodes: ["a"] }]);
    // The one that is down is the one that may be mended; if it can be reached.
    expect(nextNodes(situation({ order: ["a", "b"], groups, down: new Set(["b"]) })).start).toEqual(["b"]);
    const lost = situation({ order: ["a", "b"], groups, down: new Set(["b"]), lost: new Set(["b"]) });
    expect(nextNodes(lost).start).toEqual([]);
    expect(nextNodes({ ...lost, groups: [{ ...ring("a", "b"), maxDown: 2 }] }).start).toEqual(["a"]);
  });

  it("is not a lost node of a batch before, which comes when it is heard again, and by itself", () => {
    const order = ["a", "b", "c"];
    const strategy = { canary: 0, batch: 1, maxParallel: 5 };
    const states = ready(...order);
    const lost = new Set(["a"]);
    expect(nextNodes(situation({ order, strategy, states, lost })).start).toEqual(["b"]);
    states.set("b", "copying");
    expect(waitsOf("a", { order, strategy, states })).toMatchObject([{ reason: "batch", nodes: ["b"] }]);
    expect(waitsOf("c", { order, strategy, states })).toMatchObject([{ reason: "batch", nodes: ["a"] }]);
    states.set("b", "done");
    expect(nextNodes(situation({ order, strategy, states })).start).toEqual(["a"]);
  });

  it("is the next node, where a canary was skipped", () => {
    const strategy = { canary: 1, batch: 5, maxParallel: 5 };
    const states = ready("a", "b", "c").set("a", "skipped");
    expect(nextNodes(situation({ order: ["a", "b", "c"], strategy, states })).start).toEqual(["b"]);
  });
});

describe("a dry run", () => {
  it("plays waves, and says who cannot begin", () => {
    const order = ["d", "a", "b", "c", "e"];
    const plan = dryRun(
      situation({
        order,
        strategy: { canary: 1, batch: 3, maxParallel: 3 },
        groups: [ring("a", "b")],
        lost: new Set(["e"]),
        states: new Map(),
      }),
    );
    expect(plan.waves.map((wave) => wave.map(({ id }) => id))).toEqual([["d"], ["a", "c"], ["b"]]);
    expect(plan.waves[2]?.[0]?.waitsFor).toEqual([{ reason: "group", group: "quorum ring", nodes: ["a"] }]);
    expect(plan.held).toEqual([{ id: "e", waitsFor: [{ reason: "down", group: null, nodes: ["e"] }] }]);
  });

  it("of 500 nodes takes no time that a person would notice", () => {
    const order = Array.from({ length: 500 }, (_, index) => `n${index}`);
    const groups = order.slice(0, 100).map((node, index) => ring(node, `n${index + 1}`, `n${index + 2}`));
    const begun = performance.now();
    expect(dryRun(situation({ order, groups, states: new Map() })).waves.flat()).toHaveLength(500);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe("the verdict", () => {
  const verdict = (maxFailures: number, canary: number, ...states: RolloutNodeState[]) => {
    const order = states.map((_, index) => `n${index}`);
    const given = new Map(states.map((state, index) => [`n${index}`, state]));
    return verdictOf({ order, strategy: { canary, maxFailures }, states: given });
  };

  it("stops at so many failures, or at a canary's, and finishes when all came to an end", () => {
    expect(verdict(2, 0, "failed", "ready")).toBeNull();
    expect(verdict(2, 0, "failed", "unreachable", "ready")).toEqual({
      cause: "stop",
      reason: "2 nodes failed: n0 (failed), n1 (unreachable)",
    });
    expect(verdict(9, 1, "rolled-back", "ready")).toEqual({
      cause: "stop",
      reason: "the canary failed: n0 (rolled-back)",
    });
    expect(verdict(2, 1, "done", "failed", "skipped")).toEqual({ cause: "finish" });
    expect(verdict(2, 1, "done", "confirming")).toBeNull();
    expect(verdict(1, 0)).toEqual({ cause: "finish" });
  });
});

// A world in which anything may happen at any time, held against the limits by counting, and not by the code under test.
const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
const worldArbitrary = fc.record({
  members: fc.subarray([...names], { minLength: 1 }),
  strategy: fc.record({
    canary: fc.integer({ min: 0, max: 3 }),
    batch: fc.integer({ min: 1, max: 4 }),
    maxParallel: fc.integer({ min: 1, max: 4 }),
  }),
  groups: fc.array(
    fc.record({
      kind: fc.constantFrom("quorum", "vip", "route-reflector"),
      name: fc.constantFrom("g", "h"),
      nodes: fc.array(fc.constantFrom(...names, "stranger"), { maxLength: 5 }),
      maxDown: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 4 },
  ),
});
type Step =
  | { do: "tick" }
  | { do: "cause"; node: string; cause: RolloutNodeCause }
  | { do: "down" | "lost"; node: string }
  | { do: "pause" };
const causes = [...new Set(rolloutNodeTransitions.map(({ cause }) => cause))].filter((cause) => cause !== "start");
const node = fc.constantFrom(...names, "stranger");
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: "tick" }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("cause" as const), node, cause: fc.constantFrom(...causes) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("down" as const, "lost" as const), node }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "pause" }) },
);

describe("whatever happens in whatever order", () => {
  it("no limit is broken by a node that begins", { tags: "property" }, () => {
    fc.assert(
      fc.property(
        worldArbitrary,
        fc.array(stepArbitrary, { maxLength: 200 }),
        ({ members, strategy, groups }, story) => {
          const [down, lost] = [new Set<string>(), new Set<string>()];
          const order = orderNodes(members, { canary: strategy.canary, groups, down });
          const states = new Map<string, RolloutNodeState>();
          const stateOf = (name: string) => states.get(name) ?? "waiting";
          const underway = () => order.filter((name) => isUnderway(stateOf(name)));
          let isPaused = false;
          for (const step of story) {
            if (step.do === "pause") isPaused = !isPaused;
            else if (step.do === "down" || step.do === "lost") {
              const set = step.do === "down" ? down : lost;
              if (!set.delete(step.node)) set.add(step.node);
            } else if (step.do === "cause") {
              const next = nextRolloutNodeState(stateOf(step.node), step.cause);
              if (order.includes(step.node) && next !== null) states.set(step.node, next);
            } else {
              const { start, waits } = nextNodes({ order, strategy, groups, states, down, lost, isPaused });
              const before = underway();
              for (const name of start) {
                expect([stateOf(name), lost.has(name), isPaused]).toEqual(["ready", false, false]);
                states.set(name, "copying");
              }
              const unbegun = order.filter((name) => isUnbegun(stateOf(name)));
              expect([...waits.keys()].sort()).toEqual([...unbegun].sort());
              for (const own of waits.values()) expect(own.length).toBeGreaterThan(0);
              if (start.length === 0) continue;
              expect(underway().length).toBeLessThanOrEqual(strategy.maxParallel);
              const canaries = order.filter((name) => stateOf(name) !== "skipped").slice(0, strategy.canary);
              if (start.some((name) => !canaries.includes(name))) {
                expect(canaries.map(stateOf)).toEqual(canaries.map(() => "done"));
              }
              const rest = order.filter((name) => !canaries.includes(name));
              const batchOf = (name: string) => Math.floor(rest.indexOf(name) / strategy.batch);
              expect(new Set(underway().map((name) => (canaries.includes(name) ? -1 : batchOf(name)))).size).toBe(1);
              for (const group of groups) {
                if (!group.nodes.some((name) => start.includes(name))) continue;
                const absent = new Set(
                  group.nodes.filter(
                    (name) => down.has(name) || stateOf(name) === "unreachable" || underway().includes(name),
                  ),
                );
                expect(absent.size, JSON.stringify({ before, start, group })).toBeLessThanOrEqual(group.maxDown);
              }
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("a rollout in which all succeed ends, with every node done", { tags: "property" }, () => {
    fc.assert(
      fc.property(worldArbitrary, fc.infiniteStream(fc.nat(50)), ({ members, strategy, groups }, chance) => {
        const order = orderNodes(members, { canary: strategy.canary, groups, down: new Set() });
        const states = ready(...order);
        const given = {
          order,
          strategy,
          groups,
          states,
          down: new Set<string>(),
          lost: new Set<string>(),
          isPaused: false,
        };
        for (let turns = 0; verdictOf({ order, strategy: { ...strategy, maxFailures: 1 }, states }) === null; turns++) {
          expect(turns).toBeLessThan(100);
          for (const name of nextNodes(given).start) states.set(name, "copying");
          const running = order.filter((name) => isUnderway(states.get(name) ?? "waiting"));
          expect(running.length).toBeGreaterThan(0);
          const [number = 0] = chance.take(1);
          states.set(running[number % running.length] ?? "", "done");
        }
        expect([...states.values()].filter((state) => state !== "done")).toEqual([]);
        expect([...states.values()].some(isFailure)).toBe(false);
      }),
    );
  });
});
