import { randomBytes } from "node:crypto";
import {
  dryRun,
  orderNodes,
  type RolloutGroup,
  type RolloutNodeState,
  type RolloutPlan,
} from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { type OperatorRequest, operate, type Reply } from "../operators/operation.js";
import { ApiProblem } from "../problem.js";
import {
  countsOf,
  printRollout,
  printRolloutOrder,
  type RolloutOrder,
  type RolloutRecord,
  toRollout,
} from "../records/rollout-record.js";
import type { RolloutFile } from "../rendered-tree.js";
import { type Fleet, readFleet } from "./fleet.js";
import { selectNodes, type WantedRollout } from "./select.js";

/** Begins a rollout, or says what it would do. */
export async function createRollout(
  deployer: Deployer,
  request: OperatorRequest,
  wanted: WantedRollout,
): Promise<Reply> {
  if (wanted.dryRun) return { status: 200, body: await planOf(deployer, wanted) };
  return operate(deployer, request, async () => {
    const current = await deployer.store.get(keys.rolloutCurrent);
    if (current !== null) {
      throw new ApiProblem("rollout_underway", { detail: `The rollout ${current.value} has not ended.` });
    }
    const { order, notes } = await decide(deployer, wanted);
    const at = new Date(deployer.now()).toISOString();
    const digits = at.replace(/\D/g, "");
    // Rollouts are listed by their id, so of two in one second the later has to be greater.
    const id = `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14)}${randomBytes(2).toString("hex")}`;
    const { generation, selector, strategy, confirmSeconds, reboot } = wanted;
    const initial: RolloutNodeState = order.systems === null ? "waiting" : "ready";
    const record: RolloutRecord = {
      id,
      generation,
      state: "Running",
      selector,
      strategy,
      confirmSeconds,
      reboot,
      createdAt: at,
      createdBy: request.actor.replace(/^operator /, ""),
      endedAt: null,
      reason: null,
      counts: countsOf([...order.order.map(() => initial), ...order.skipped.map(() => "skipped" as const)]),
      notes,
      stateSince: at,
      changeRevision: null,
    };
    const key = keys.rollout(id);
    return {
      compare: [
        { key: keys.rolloutCurrent, revision: 0 },
        { key, revision: 0 },
      ],
      put: [
        { key, value: printRollout(record) },
        { key: keys.rolloutOrder(id), value: printRolloutOrder(order) },
        { key: keys.rolloutCurrent, value: id },
      ],
      remove: [],
      deed: {
        action: "rollout",
        node: null,
        to: record.state,
        details: { rollout: id, generation, nodes: order.order.length },
      },
      reply: (revision) => ({ status: 201, body: toRollout(record, { revision }) }),
    };
  });
}

async function planOf(deployer: Deployer, wanted: WantedRollout): Promise<RolloutPlan> {
  const { order, notes, fleet } = await decide(deployer, wanted);
  const { down, lost } = fleet;
  const { strategy, generation } = wanted;
  const situation = { ...order, strategy, states: new Map(), down, lost, isPaused: false };
  return {
    generation,
    ...dryRun(situation),
    skipped: [...order.skipped],
    groups: order.groups,
    notes: [...notes],
  };
}

/** Who is rolled out to, in which order, and who must not be down together: once, and for the whole rollout. */
async function decide(
  deployer: Deployer,
  wanted: WantedRollout,
): Promise<{ readonly order: RolloutOrder; readonly notes: string[]; readonly fleet: Fleet }> {
  const [fleet, file] = await Promise.all([readFleet(deployer), deployer.tree.rolloutFile()]);
  const { nodes, skipped } = selectNodes(wanted, fleet, file);
  const { canary, quorumGroups } = wanted.strategy;
  const own = quorumGroups.map((group): RolloutGroup => ({ kind: "quorum", ...group }));
  const groups = [...(file?.groups ?? []), ...own];
  const order = [...orderNodes(nodes, { canary, groups, down: fleet.down })];
  const systems = wanted.systems === null ? null : pick(wanted.systems, order);
  return { order: { order, groups, skipped: [...skipped], systems }, notes: notesOf(file, groups, nodes), fleet };
}

function pick(systems: Readonly<Record<string, string>>, nodes: readonly string[]): Record<string, string> {
  return Object.fromEntries(nodes.map((node) => [node, systems[node] ?? ""]));
}

function notesOf(file: RolloutFile | null, groups: readonly RolloutGroup[], nodes: readonly string[]): string[] {
  const selected = new Set(nodes);
  const alone = groups.filter((group) => group.nodes.length === 1 && selected.has(group.nodes[0] ?? ""));
  const unknown = "There is no rollout.json of a topology: nothing is known of reflectors, majorities and VIPs.";
  return [
    ...(file === null ? [unknown] : []),
    ...alone.map(({ kind, name, nodes: [node] }) => `${node} is alone in ${kind} ${name}: nobody stands in for it.`),
  ];
}
