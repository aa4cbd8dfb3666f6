import { createHash } from "node:crypto";

/** Everything that the deployer keeps is below this. */
export const root = "deployer/";

/** Where each thing is kept. Other programs of the cloud read `nodes`; the rest is the deployer's own. */
export const keys = {
  nodes: `${root}nodes/`,
  node: (hostname: string) => `${root}nodes/${hostname}`,
  inventory: (hostname: string) => `${root}inventory/${hostname}`,
  claims: (hostname: string) => `${root}claims/${hostname}/`,
  claim: (hostname: string, nodeKey: string) => `${root}claims/${hostname}/${sha256(nodeKey)}`,
  /** Whose a node key is, so that no key is two nodes', and a revoked one stays so. */
  nodeKey: (nodeKey: string) => `${root}node-keys/${sha256(nodeKey)}`,
  fingerprint: (fingerprint: string) => `${root}fingerprints/${fingerprint}`,
  bootstrapKeys: `${root}bootstrap-keys/`,
  /** The hash begins with the key's id, by which operators name it. */
  bootstrapKey: (hash: string) => `${root}bootstrap-keys/${hash}`,
  tokens: `${root}tokens/`,
  token: (hash: string) => `${root}tokens/${hash}`,
  audit: `${root}audit/`,
  auditEntry: (id: string) => `${root}audit/${id}`,
  idempotencies: `${root}idempotency/`,
  idempotency: (actor: string, key: string) => `${root}idempotency/${sha256(`${actor}\n${key}`)}`,
  rollouts: `${root}rollouts/`,
  /** Identifiers begin with the time, so the last is the newest. */
  rollout: (id: string) => `${root}rollouts/${id}`,
  rolloutOrders: `${root}rollout-orders/`,
  rolloutOrder: (id: string) => `${root}rollout-orders/${id}`,
  rolloutNodes: (id: string) => `${root}rollout-nodes/${id}/`,
  rolloutNode: (id: string, hostname: string) => `${root}rollout-nodes/${id}/${hostname}`,
  allRolloutNodes: `${root}rollout-nodes/`,
  /** The id of the one rollout that has not ended. */
  rolloutCurrent: `${root}rollout-current`,
  leader: `${root}leader`,
} as const;

/** SHA-256 in hexadecimal. Secrets have 256 random bits, so nothing slower is needed to keep them. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
