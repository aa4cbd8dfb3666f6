import { livenessOf } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import type { NodeRecord } from "../records/node-record.js";
import { readNodeRecords } from "../records/node-records.js";

/** What it takes to know who may begin. */
export type RolloutWorld = Pick<Deployer, "store" | "now" | "lostTimeout">;

/** All nodes that the deployer knows, as a rollout sees them. */
export interface Fleet {
  readonly records: ReadonlyMap<string, NodeRecord>;
  /** Names of nodes that serve nobody now: lost, failing, not active, or with a record that cannot be read. */
  readonly down: ReadonlySet<string>;
  /** Names of nodes that were not heard of for too long. */
  readonly lost: ReadonlySet<string>;
}

export async function readFleet(world: RolloutWorld): Promise<Fleet> {
  const { records, unreadable } = await readNodeRecords(world);
  const { now, lostTimeout } = world;
  const at = now();
  const byName = new Map(records.map(({ record }) => [record.hostname, record]));
  const names = (is: (record: NodeRecord) => boolean) => records.filter(({ record }) => is(record)).map(nameOf);
  const lost = new Set(names((record) => livenessOf(at - Date.parse(record.last_seen), lostTimeout) === "lost"));
  const away = names(({ state, health }) => state.name !== "Active" || health?.status === "failing");
  const unknown = unreadable.map((key) => key.slice(keys.nodes.length));
  return { records: byName, lost, down: new Set([...lost, ...away, ...unknown]) };
}

function nameOf({ record }: { readonly record: NodeRecord }): string {
  return record.hostname;
}
