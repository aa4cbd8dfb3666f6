import { onTestFinished } from "vitest";
import { startEtcd } from "#support/etcd";
import { renderedTree, type Settings, startTestDeployer, systemOf } from "../deployer.test-support.js";
import { keys } from "../keys.js";
import { type NodeRecord, printNodeRecord } from "../records/node-record.js";
import type { RolloutFile } from "../rendered-tree.js";
import { openEtcdStore } from "../store/etcd.js";
import type { Store } from "../store/store.js";
import type { RolloutWorld } from "./fleet.js";

const now = () => new Date().toISOString();

/** The record of a node that was installed long ago and was heard just now. */
export function activeNode(hostname: string, more: Partial<NodeRecord> = {}): NodeRecord {
  return {
    hostname,
    bootstrap_key_hash: "",
    ssh_pubkey: "",
    ssh_host_keys: [],
    last_seen: now(),
    node_key: "A".repeat(43).concat("="),
    fingerprint: hostname,
    site: null,
    address: "127.0.0.1",
    boot_id: "00000000-0000-4000-8000-000000000001",
    sequence: 0,
    event_sequence: -1,
    retired_boot_ids: [],
    installed_in_boot: null,
    system: systemOf("old"),
    wanted_system: null,
    health: { status: "ok", checks: [] },
    message: null,
    is_locked: false,
    created_at: now(),
    change_revision: null,
    state: { name: "Active" },
    ...more,
  };
}

export async function putNode(store: Store, record: NodeRecord): Promise<void> {
  await store.commit({
    compare: [],
    put: [{ key: keys.node(record.hostname), value: printNodeRecord(record) }],
    remove: [],
  });
}

/** A deployer that leads over a real etcd, nodes that are there already, and the store as another one sees it. */
export function startFleet(nodes: readonly (string | NodeRecord)[], file?: RolloutFile, settings: Settings = {}) {
  return start(nodes, file, settings, async () => undefined);
}

/** The same with the test in the leader's office, so that nobody but the test takes steps. */
export function startLedFleet(nodes: readonly (string | NodeRecord)[], file?: RolloutFile) {
  return start(nodes, file, {}, async (store) => {
    const resigned = new AbortController();
    onTestFinished(() => resigned.abort());
    await store.lead(keys.leader, resigned.signal);
  });
}

async function start(
  nodes: readonly (string | NodeRecord)[],
  file: RolloutFile | undefined,
  settings: Settings,
  prepare: (store: Store) => Promise<void>,
) {
  const etcd = await startEtcd();
  onTestFinished(() => etcd.remove());
  const store = await openEtcdStore({ endpoints: [etcd.endpoint], authority: null, user: null });
  onTestFinished(() => store.close());
  await prepare(store);
  for (const node of nodes) await putNode(store, typeof node === "string" ? activeNode(node) : node);
  const deployer = await startTestDeployer({
    tree: renderedTree("n1", "52:54:00:00:00:01", file),
    store: { kind: "etcd", endpoints: [etcd.endpoint] },
    lostTimeoutSeconds: 3600,
    ...settings,
  });
  const world: RolloutWorld = { store, now: Date.now, lostTimeout: 3_600_000 };
  return { deployer, operator: deployer.operator(), world };
}
