import { type BootstrapKey, fingerprintOf, type PhoneHome, type PhoneHomeAnswer } from "@plasmacloud/deployer-client";
import { change, stateAfter } from "../change.js";
import type { Deployer, Request } from "../deployer.js";
import { keys } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import { parseBootstrapKey, printBootstrapKey } from "../records/bootstrap-key-record.js";
import { type NodeRecord, parseNodeRecord, printNodeRecord } from "../records/node-record.js";
import type { Commit, Entry } from "../store/store.js";
import { quarantine } from "./quarantine.js";
import { nextCallSeconds } from "./schedule.js";

/** What a phone-home ended with. */
export interface PhoneHomeResult {
  readonly status: 200 | 201;
  readonly answer: PhoneHomeAnswer;
}

/**
 * Introduces a machine. The same machine again, as after an answer that was lost, changes nothing.
 *
 * @param hash - of the bootstrap key that was presented
 * @param readMessage - checks form and signature; asked only when the key is good, so that it tells nothing else
 * @throws ApiProblem `unauthorized` for a key that is wrong, spent, expired or revoked, with no word of which;
 *   `identity_conflict` for a newcomer that claims to be a node that is known; `revoked` for a key that was a node's
 */
export async function phoneHome(
  deployer: Deployer,
  request: Request,
  hash: string,
  readMessage: () => Promise<PhoneHome>,
): Promise<PhoneHomeResult> {
  const { store } = deployer;
  const keyEntry = await store.get(keys.bootstrapKey(hash));
  if (keyEntry === null) throw new ApiProblem("unauthorized");
  if (!isUsable(parseBootstrapKey(keyEntry), deployer.now())) return again(deployer, hash, readMessage);
  const message = await readMessage();
  const fingerprint = await fingerprintOf(message.inventory);
  const plan = async () => {
    const known = await knownNode(deployer, message.nodeKey);
    if (known !== null) return { commit: null, value: knownAlready(deployer, known) };
    const entry = await store.get(keys.bootstrapKey(hash));
    if (entry === null) throw new ApiProblem("unauthorized");
    const key = parseBootstrapKey(entry);
    if (!isUsable(key, deployer.now())) throw new ApiProblem("unauthorized");
    const hostname = hostnameOf(message, key, fingerprint);
    await checkSite(deployer, key, hostname);
    const owner = await ownerOf(deployer, hostname, fingerprint);
    if (owner !== null) {
      // Another deployer may have taken this very machine in since it was looked for.
      const taken = await knownNode(deployer, message.nodeKey);
      if (taken !== null) return { commit: null, value: knownAlready(deployer, taken) };
      await quarantine(deployer, request, owner, { message, fingerprint });
      throw new ApiProblem("identity_conflict", { detail: "An operator has to look at this machine." });
    }
    return introduce(deployer, request, { message, fingerprint, hostname, key, entry, hash });
  };
  // All machines of a site use one key, and may well come at once.
  return deployer.inTurn(hash, () => change(store, plan));
}

/** A key that is not good any more still answers the node that it introduced, and nobody else. */
async function again(
  deployer: Deployer,
  hash: string,
  readMessage: () => Promise<PhoneHome>,
): Promise<PhoneHomeResult> {
  const message = await readMessage().catch((error: unknown) => {
    if (error instanceof ApiProblem) throw new ApiProblem("unauthorized");
    throw error;
  });
  const known = await knownNode(deployer, message.nodeKey).catch((error: unknown) => {
    if (error instanceof ApiProblem) throw new ApiProblem("unauthorized");
    throw error;
  });
  if (known?.bootstrap_key_hash !== hash) throw new ApiProblem("unauthorized");
  return knownAlready(deployer, known);
}

function knownAlready(deployer: Deployer, known: NodeRecord): PhoneHomeResult {
  return { status: 200, answer: answerOf(deployer, known) };
}

function isUsable(key: BootstrapKey, now: number): boolean {
  return key.revokedAt === null && key.used < key.uses && Date.parse(key.expiresAt) > now;
}

/** The node that has this key. */
async function knownNode({ store }: Deployer, nodeKey: string): Promise<NodeRecord | null> {
  const owner = await store.get(keys.nodeKey(nodeKey));
  if (owner === null) return null;
  const { hostname } = JSON.parse(owner.value) as { readonly hostname: string | null };
  const entry = hostname === null ? null : await store.get(keys.node(hostname));
  if (entry === null) throw new ApiProblem("revoked");
  return parseNodeRecord(entry);
}

/** Who it is: what its key says, else what it says of itself, else a name made of its fingerprint. */
function hostnameOf(message: PhoneHome, { scope }: BootstrapKey, fingerprint: string): string {
  if (scope.kind === "site") return message.hostname ?? `unknown-${fingerprint.slice(0, 12)}`;
  if (message.hostname === null || message.hostname === scope.node) return scope.node;
  throw new ApiProblem("forbidden", { detail: "The bootstrap key is for another node." });
}

/** A site's key introduces no node that the topology has at another site. */
async function checkSite({ tree }: Deployer, { scope }: BootstrapKey, hostname: string): Promise<void> {
  if (scope.kind !== "site") return;
  const { nodes = {} } = (await tree.rolloutFile()) ?? {};
  const site = (Object.hasOwn(nodes, hostname) && nodes[hostname]?.site) || scope.site;
  if (site !== scope.site) throw new ApiProblem("forbidden", { detail: "The bootstrap key is for another site." });
}

/** The node whose identity this would be, by its name or by its hardware. */
async function ownerOf({ store }: Deployer, hostname: string, fingerprint: string): Promise<string | null> {
  const [node, same] = await Promise.all([store.get(keys.node(hostname)), store.get(keys.fingerprint(fingerprint))]);
  return node !== null ? hostname : same === null ? null : same.value;
}

async function introduce(
  deployer: Deployer,
  request: Request,
  parts: {
    readonly message: PhoneHome;
    readonly fingerprint: string;
    readonly hostname: string;
    readonly key: BootstrapKey;
    readonly entry: Entry;
    readonly hash: string;
  },
) {
  const { message, fingerprint, hostname, key, entry, hash } = parts;
  const now = deployer.now();
  const pending = { name: "Pending" } as const;
  const isApproved = await mayApprove(deployer, key, message);
  const state = isApproved ? stateAfter(pending, "approve") : pending;
  const at = new Date(now).toISOString();
  const record: NodeRecord = {
    hostname,
    bootstrap_key_hash: hash,
    ssh_pubkey: message.sshHostKeys.find((each) => each.startsWith("ssh-ed25519 ")) ?? message.sshHostKeys[0] ?? "",
    ssh_host_keys: message.sshHostKeys,
    last_seen: at,
    node_key: message.nodeKey,
    fingerprint,
    site: key.scope.kind === "site" ? key.scope.site : null,
    address: request.address,
    boot_id: message.bootId,
    sequence: -1,
    event_sequence: -1,
    retired_boot_ids: [],
    installed_in_boot: null,
    system: null,
    wanted_system: null,
    health: null,
    message: null,
    is_locked: false,
    created_at: at,
    change_revision: null,
    state,
  };
  const by = { requestId: request.requestId, now };
  const deed: Deed = { action: "phone-home", node: hostname, to: pending, details: { key: key.id, fingerprint } };
  const approval: Deed = { action: "approve", node: hostname, from: pending, to: state };
  const commit: Commit = {
    compare: [
      { key: keys.node(hostname), revision: 0 },
      { key: keys.nodeKey(message.nodeKey), revision: 0 },
      { key: keys.fingerprint(fingerprint), revision: 0 },
      { key: entry.key, revision: entry.revision },
    ],
    put: [
      { key: keys.node(hostname), value: printNodeRecord(record) },
      { key: keys.inventory(hostname), value: JSON.stringify(message.inventory) },
      { key: keys.nodeKey(message.nodeKey), value: JSON.stringify({ hostname }) },
      { key: keys.fingerprint(fingerprint), value: hostname },
      { key: entry.key, value: printBootstrapKey({ ...key, used: key.used + 1 }) },
      auditPut(deed, { actor: `node ${hostname}`, ...by }),
      ...(isApproved ? [auditPut(approval, { actor: "policy", ...by })] : []),
    ],
    remove: [],
  };
  return { commit, answer: (): PhoneHomeResult => ({ status: 201, answer: answerOf(deployer, record) }) };
}

/**
 * Automatic approval: the key was made for this one node, the topology has the node, and every port that it names by a
 * MAC address is there. A topology that names none leaves it to a person.
 */
async function mayApprove({ tree }: Deployer, { scope }: BootstrapKey, { inventory }: PhoneHome): Promise<boolean> {
  if (scope.kind !== "node" || !(await tree.nodes()).has(scope.node)) return false;
  const expected = await tree.macAddresses(scope.node);
  const found = new Set(inventory.interfaces.map(({ mac }) => mac));
  return expected.size > 0 && [...expected].every((mac) => found.has(mac));
}

function answerOf({ lostTimeout }: Deployer, { hostname, state }: NodeRecord): PhoneHomeAnswer {
  return { id: hostname, state, nextCallSeconds: nextCallSeconds(lostTimeout) };
}
