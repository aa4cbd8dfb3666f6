import {
  isOn,
  nextNodes,
  type Rollout,
  type RolloutDetail,
  type RolloutNodeState,
  type RolloutSituation,
} from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { ApiProblem } from "../problem.js";
import {
  parseRollout,
  parseRolloutNode,
  parseRolloutOrder,
  type RolloutNodeRecord,
  type RolloutOrder,
  type RolloutRecord,
  toRollout,
  toRolloutNode,
  unbegunNode,
} from "../records/rollout-record.js";
import type { Entry } from "../store/store.js";
import { type RolloutWorld, readFleet } from "./fleet.js";

/** A rollout with everything that is kept of it. */
export interface ReadRollout {
  readonly entry: Entry;
  readonly record: RolloutRecord;
  readonly order: RolloutOrder;
  /** Of each node, with the revision of its record: 0 where it has not taken a step. */
  readonly nodes: ReadonlyMap<string, { readonly record: RolloutNodeRecord; readonly revision: number }>;
}

/** @throws ApiProblem `not_found` */
export async function readRollout({ store }: Pick<Deployer, "store">, id: string): Promise<ReadRollout> {
  const [entry, orderEntry, { entries }] = await Promise.all([
    store.get(keys.rollout(id)),
    store.get(keys.rolloutOrder(id)),
    store.list(keys.rolloutNodes(id)),
  ]);
  if (entry === null || orderEntry === null) throw noRollout(id);
  const record = parseRollout(entry);
  const order = parseRolloutOrder(orderEntry);
  const prefix = keys.rolloutNodes(id).length;
  const stored = new Map(
    entries.map((each) => [each.key.slice(prefix), { record: parseRolloutNode(each), revision: each.revision }]),
  );
  const nodes = new Map(
    order.order.map((node) => [node, stored.get(node) ?? { record: unbegunNode(record, order, node), revision: 0 }]),
  );
  return { entry, record, order, nodes };
}

/** What the order of a rollout depends on, as things are now. */
export async function situationOf(
  world: RolloutWorld,
  { record, order, nodes }: ReadRollout,
): Promise<RolloutSituation> {
  const { down, lost } = await readFleet(world);
  return {
    order: order.order,
    groups: order.groups,
    strategy: record.strategy,
    states: statesOf(nodes),
    down,
    lost,
    isPaused: record.state === "Paused",
  };
}

export function statesOf(nodes: ReadRollout["nodes"]): ReadonlyMap<string, RolloutNodeState> {
  return new Map([...nodes].map(([node, { record }]) => [node, record.state]));
}

export async function getRollout(deployer: RolloutWorld, id: string): Promise<RolloutDetail> {
  const rollout = await readRollout(deployer, id);
  const { entry, record, order, nodes } = rollout;
  const waits = isOn(record.state) ? nextNodes(await situationOf(deployer, rollout)).waits : new Map();
  return {
    ...toRollout(record, entry),
    nodes: [
      ...[...nodes].map(([node, own]) => ({
        ...toRolloutNode(node, own.record, record),
        waitsFor: [...(waits.get(node) ?? [])],
      })),
      ...order.skipped.map(({ id: node, message }) => {
        const skipped = { ...unbegunNode(record, order, node), state: "skipped" as const, message };
        return toRolloutNode(node, skipped, record);
      }),
    ],
    groups: order.groups,
  };
}

export async function listRollouts(
  { store }: Pick<Deployer, "store">,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<{ readonly rollouts: readonly Rollout[]; readonly revision: number }> {
  const end = before === undefined ? null : keys.rollout(before);
  const { entries, revision } = await store.lastOf(keys.rollouts, end, limit);
  return { rollouts: entries.map((entry) => toRollout(parseRollout(entry), entry)), revision };
}

export function noRollout(id: string): ApiProblem {
  return new ApiProblem("not_found", { detail: `There is no rollout ${id}.` });
}
