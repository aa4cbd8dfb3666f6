import { type Cause, inventorySchema, type Node, type NodeDetail } from "@plasmacloud/deployer-client";
import { stateAfter } from "../change.js";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { claimsOf } from "../nodes/quarantine.js";
import { ApiProblem } from "../problem.js";
import { changeRevision, type NodeRecord, parseNodeRecord, printNodeRecord, toNode } from "../records/node-record.js";
import { readNodeRecords } from "../records/node-records.js";
import type { Entry } from "../store/store.js";
import { type Intent, type OperatorRequest, operate, type Reply } from "./operation.js";

export async function listNodes(deployer: Deployer) {
  const { tree, now, lostTimeout, log } = deployer;
  const [{ records, unreadable, revision }, planned] = await Promise.all([readNodeRecords(deployer), tree.nodes()]);
  if (unreadable.length > 0) log.error({ unreadable }, "records of nodes cannot be read");
  const nodes = records.map(
    ({ record, entry }): Node =>
      toNode(record, entry, { now: now(), lostTimeout, isPlanned: planned.has(record.hostname) }),
  );
  return { nodes, unreadable, revision };
}

export async function getNode(deployer: Deployer, hostname: string): Promise<NodeDetail> {
  const { store } = deployer;
  const { entry, record } = await read(deployer, hostname);
  const [inventory, claims, node] = await Promise.all([
    store.get(keys.inventory(hostname)),
    claimsOf(store, hostname),
    view(deployer, record),
  ]);
  if (inventory === null) throw new ApiProblem("not_found");
  return {
    ...node(entry.revision),
    inventory: inventorySchema.parse(JSON.parse(inventory.value)),
    claims: [...claims],
  };
}

/** A change of one node that leaves it there. */
function changeNode(
  deployer: Deployer,
  request: OperatorRequest,
  hostname: string,
  action: string,
  next: (record: NodeRecord) => NodeRecord,
): Promise<Reply> {
  return operate(deployer, request, async () => {
    const { entry, record } = await readForChange(deployer, hostname, request);
    const changed = { ...next(record), change_revision: null };
    const node = await view(deployer, changed);
    return {
      compare: [{ key: entry.key, revision: entry.revision }],
      put: [{ key: entry.key, value: printNodeRecord(changed) }],
      remove: [],
      deed: { action, node: hostname, from: record.state, to: changed.state },
      reply: (revision) => ({ status: 200, body: node(revision) }),
    };
  });
}

/** Approve, retry or reinstall: a step of the state machine that a person takes. */
export function stepNode(
  deployer: Deployer,
  request: OperatorRequest,
  hostname: string,
  cause: Cause,
  changes: Partial<Pick<NodeRecord, "wanted_system">> = {},
): Promise<Reply> {
  return changeNode(deployer, request, hostname, cause, (record) => ({
    ...record,
    ...changes,
    state: stateAfter(record.state, cause),
  }));
}

export function lockNode(deployer: Deployer, request: OperatorRequest, hostname: string, isLocked: boolean) {
  const action = isLocked ? "lock" : "unlock";
  return changeNode(deployer, request, hostname, action, (record) => ({ ...record, is_locked: isLocked }));
}

/** Removes a node that is pending. */
export function rejectNode(deployer: Deployer, request: OperatorRequest, hostname: string, reason: string | null) {
  return operate(deployer, request, async () => {
    const { entry, record } = await readForChange(deployer, hostname, request);
    if (record.state.name !== "Pending") {
      const { name } = record.state;
      throw new ApiProblem("bad_transition", {
        detail: `A node that is ${name} is not rejected.`,
        from: name,
        to: "reject",
      });
    }
    return removal(deployer, { entry, record }, { action: "reject", details: reason === null ? {} : { reason } });
  });
}

export function deleteNode(deployer: Deployer, request: OperatorRequest, hostname: string) {
  return operate(deployer, request, async () =>
    removal(deployer, await readForChange(deployer, hostname, request), { action: "delete", details: {} }),
  );
}

/** The node goes with all that is known of it, but for its key, which is good for nothing from now on. */
async function removal(
  { store }: Deployer,
  { entry, record }: { readonly entry: Entry; readonly record: NodeRecord },
  deed: Pick<Intent["deed"], "details" | "action">,
): Promise<Intent> {
  const { hostname } = record;
  const claims = await store.list(keys.claims(hostname));
  return {
    compare: [{ key: entry.key, revision: entry.revision }],
    put: [{ key: keys.nodeKey(record.node_key), value: JSON.stringify({ hostname: null }) }],
    remove: [
      entry.key,
      keys.inventory(hostname),
      keys.fingerprint(record.fingerprint),
      ...claims.entries.map(({ key }) => key),
    ],
    deed: { ...deed, node: hostname, from: record.state },
    reply: () => ({ status: 204, body: null }),
  };
}

/** A newcomer that claimed to be the node becomes it: as after a new disk, or a new board. */
export function rotateNodeKey(deployer: Deployer, request: OperatorRequest, hostname: string, nodeKey: string) {
  return operate(deployer, request, async () => {
    const { store } = deployer;
    const { entry, record } = await readForChange(deployer, hostname, request);
    const claim = (await claimsOf(store, hostname)).find((each) => each.nodeKey === nodeKey);
    if (claim === undefined) {
      throw new ApiProblem("not_found", { detail: `No newcomer with this key claimed to be ${hostname}.` });
    }
    const owner = await store.get(keys.fingerprint(claim.fingerprint));
    if (owner !== null && owner.value !== hostname) {
      throw new ApiProblem("identity_conflict", { detail: `That machine is known as ${owner.value}.` });
    }
    const changed: NodeRecord = {
      ...record,
      node_key: claim.nodeKey,
      fingerprint: claim.fingerprint,
      ssh_pubkey: claim.sshHostKeys.find((each) => each.startsWith("ssh-ed25519 ")) ?? claim.sshHostKeys[0] ?? "",
      ssh_host_keys: claim.sshHostKeys,
      address: claim.address,
      boot_id: claim.bootId,
      sequence: -1,
      event_sequence: -1,
      retired_boot_ids: [...record.retired_boot_ids, record.boot_id],
      change_revision: null,
    };
    const node = await view(deployer, changed);
    return {
      compare: [
        { key: entry.key, revision: entry.revision },
        { key: keys.fingerprint(claim.fingerprint), revision: owner?.revision ?? 0 },
      ],
      put: [
        { key: entry.key, value: printNodeRecord(changed) },
        { key: keys.inventory(hostname), value: JSON.stringify(claim.inventory) },
        { key: keys.nodeKey(claim.nodeKey), value: JSON.stringify({ hostname }) },
        { key: keys.nodeKey(record.node_key), value: JSON.stringify({ hostname: null }) },
        { key: keys.fingerprint(claim.fingerprint), value: hostname },
      ],
      remove: [
        keys.claim(hostname, nodeKey),
        ...(record.fingerprint === claim.fingerprint ? [] : [keys.fingerprint(record.fingerprint)]),
      ],
      deed: { action: "rotate-key", node: hostname, from: record.state, to: record.state },
      reply: (revision) => ({ status: 200, body: node(revision) }),
    };
  });
}

async function read({ store }: Deployer, hostname: string) {
  const entry = await store.get(keys.node(hostname));
  if (entry === null) throw new ApiProblem("not_found", { detail: `There is no node ${hostname}.` });
  return { entry, record: parseNodeRecord(entry) };
}

async function readForChange(deployer: Deployer, hostname: string, { ifRevision }: OperatorRequest) {
  const found = await read(deployer, hostname);
  if (ifRevision !== null && ifRevision !== changeRevision(found.record, found.entry)) throw new ApiProblem("stale");
  return found;
}

async function view({ tree, now, lostTimeout }: Deployer, record: NodeRecord): Promise<(revision: number) => Node> {
  const isPlanned = (await tree.nodes()).has(record.hostname);
  return (revision) => toNode(record, { revision }, { now: now(), lostTimeout, isPlanned });
}
