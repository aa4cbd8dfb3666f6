import fc from "fast-check";
import { expect, it } from "vitest";
import { type NodeState, nodeStateSchema } from "./state.js";
import { type Cause, nextState, placeOf, transitions } from "./transitions.js";

const causes = [...new Set(transitions.map(({ cause }) => cause))];

it("installs a node from its introduction to Active", () => {
  const way: Cause[] = ["approve", "partitioned", "installed", "rebooted", "confirmed"];
  let state: NodeState = { name: "Pending" };
  const seen = way.map((cause) => {
    const next = nextState(state, cause);
    if (next === null) throw new Error(`${placeOf(state)} does not know ${cause}`);
    state = next;
    return placeOf(state);
  });
  const installing = ["partition", "install", "reboot", "confirm"].map((phase) => `Provisioning/${phase}`);
  expect(seen).toEqual([...installing, "Active"]);
});

it("has one way for each state and cause, and each state can be reached and left", () => {
  const keys = transitions.map(({ from, cause }) => `${from} ${cause}`);
  expect(new Set(keys).size).toBe(keys.length);
  const from = new Set(transitions.map((row) => row.from));
  const to = new Set(transitions.map((row) => row.to));
  expect([...to].filter((place) => !from.has(place))).toEqual([]);
  expect([...from].filter((place) => !to.has(place))).toEqual(["Pending"]);
});

it("never wipes a disk without a person, or the policy that a person set up", () => {
  const wiping = transitions.filter(({ to }) => to === "Provisioning/partition");
  for (const { by } of wiping) expect(by).not.toContain("node");
  expect(transitions.find(({ cause }) => cause === "reinstall")?.by).toEqual(["person"]);
});

it("counts the failures of one installation over its retries, and begins again with the next", () => {
  const failed = nextState({ name: "Provisioning", phase: "install", failures: 2 }, "failed", "disk");
  expect(failed).toEqual({ name: "Failed", phase: "install", errorType: "disk", count: 3 });
  expect(nextState(failed as NodeState, "retry")).toEqual({ name: "Provisioning", phase: "partition", failures: 3 });
  expect(nextState({ name: "Active" }, "reinstall")).toMatchObject({ failures: 0 });
});

it("stays within the schema, and gets to Active only by a proof, whatever happens in whatever order", {
  tags: "property",
}, () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...causes), { maxLength: 60 }), (story) => {
      let state: NodeState = { name: "Pending" };
      let hasRebooted = false;
      for (const cause of story) {
        const next = nextState(state, cause, "any");
        if (next === null) continue;
        expect(nodeStateSchema.parse(next)).toEqual(next);
        if (cause === "approve" || cause === "reinstall") hasRebooted = false;
        if (cause === "rebooted") hasRebooted = true;
        if (next.name === "Active") expect([cause, hasRebooted]).toEqual(["confirmed", true]);
        state = next;
      }
    }),
  );
});
