import { type OperationId, type operations, phoneHomeSchema } from "@plasmacloud/deployer-client";
import type { z } from "zod";
import type { Deployer, Request } from "../deployer.js";
import { keys, sha256 } from "../keys.js";
import { nodeEvents } from "../nodes/events.js";
import { heartbeat } from "../nodes/heartbeat.js";
import { phoneHome } from "../nodes/phone-home.js";
import { listAudit } from "../operators/audit.js";
import { createBootstrapKey, listBootstrapKeys, revokeBootstrapKey } from "../operators/bootstrap-keys.js";
import { deleteNode, getNode, listNodes, lockNode, rejectNode, rotateNodeKey, stepNode } from "../operators/nodes.js";
import type { OperatorRequest, Reply } from "../operators/operation.js";
import { ApiProblem, checked } from "../problem.js";
import { parseNodeRecord } from "../records/node-record.js";
import { controlRollout } from "../rollout/control.js";
import { createRollout } from "../rollout/create.js";
import { getRollout, listRollouts } from "../rollout/read.js";
import { parseJson } from "./body.js";
import { isSignedBy, type Received } from "./node-signature.js";

/** A request that its sender may make, with everything checked by the operation's schemas. */
export interface Asked<Id extends OperationId = OperationId> {
  readonly deployer: Deployer;
  readonly request: OperatorRequest;
  /** Of the path; empty where it has none. */
  readonly id: string;
  readonly body: (typeof operations)[Id]["body"] extends z.ZodType ? z.output<(typeof operations)[Id]["body"]> : null;
  readonly query: (typeof operations)[Id]["query"] extends z.ZodType
    ? z.output<(typeof operations)[Id]["query"]>
    : null;
}

type Handler<Id extends OperationId> = (asked: Asked<Id>) => Promise<Reply>;

/** What each operation does; phone-home and watch have ways of their own. */
export const handlers: { readonly [Id in Exclude<OperationId, "phoneHome" | "watch">]: Handler<Id> } = {
  heartbeat: async ({ deployer, request, id, body }) => ok(await heartbeat(deployer, request, id, body)),
  nodeEvents: async ({ deployer, request, id, body }) => ok(await nodeEvents(deployer, request, id, body)),
  clusterConfig: async ({ deployer, id }) => ok(await clusterConfig(deployer, id)),

  listNodes: async ({ deployer }) => ok(await listNodes(deployer)),
  getNode: async ({ deployer, id }) => ok(await getNode(deployer, id)),
  approveNode: ({ deployer, request, id, body }) =>
    stepNode(deployer, request, id, "approve", { wanted_system: body.wantedSystem }),
  rejectNode: ({ deployer, request, id, body }) => rejectNode(deployer, request, id, body.reason),
  retryNode: ({ deployer, request, id }) => stepNode(deployer, request, id, "retry"),
  reinstallNode: ({ deployer, request, id, body }) =>
    stepNode(deployer, request, id, "reinstall", { wanted_system: body.wantedSystem }),
  lockNode: ({ deployer, request, id, body }) => lockNode(deployer, request, id, body.isLocked),
  rotateNodeKey: ({ deployer, request, id, body }) => rotateNodeKey(deployer, request, id, body.nodeKey),
  deleteNode: ({ deployer, request, id }) => deleteNode(deployer, request, id),

  listBootstrapKeys: async ({ deployer }) => ok(await listBootstrapKeys(deployer)),
  createBootstrapKey: ({ deployer, request, body }) => createBootstrapKey(deployer, request, body),
  revokeBootstrapKey: ({ deployer, request, id }) => revokeBootstrapKey(deployer, request, id),
  listRollouts: async ({ deployer, query }) => ok(await listRollouts(deployer, query)),
  getRollout: async ({ deployer, id }) => ok(await getRollout(deployer, id)),
  createRollout: ({ deployer, request, body }) => createRollout(deployer, request, body),
  pauseRollout: ({ deployer, request, id, body }) => controlRollout(deployer, request, id, "pause", body.reason),
  resumeRollout: ({ deployer, request, id }) => controlRollout(deployer, request, id, "resume"),
  abortRollout: ({ deployer, request, id, body }) => controlRollout(deployer, request, id, "abort", body.reason),
  listAudit: async ({ deployer, query }) => ok(await listAudit(deployer, query)),
};

/** A machine introduces itself: with a key that is shown here, and in a message that its own key signs. */
export async function handlePhoneHome(
  deployer: Deployer,
  request: Request,
  received: Received,
  bootstrapKey: string,
): Promise<Reply> {
  const { status, answer } = await phoneHome(deployer, request, sha256(bootstrapKey), async () => {
    const message = checked(phoneHomeSchema, parseJson(received.body));
    if (!(await isSignedBy(received, message.nodeKey))) throw new ApiProblem("bad_signature");
    return message;
  });
  return { status, body: answer };
}

/** The node's own file of the rendered tree. */
async function clusterConfig({ store, tree }: Deployer, hostname: string): Promise<object> {
  const entry = await store.get(keys.node(hostname));
  if (entry === null) throw new ApiProblem("revoked");
  if (parseNodeRecord(entry).state.name === "Pending") throw new ApiProblem("not_approved");
  const file = await tree.clusterConfig(hostname);
  if (file === null)
    throw new ApiProblem("not_found", { detail: "The topology has no cluster-config.json for this node." });
  return JSON.parse(file.toString());
}

function ok(body: object): Reply {
  return { status: 200, body };
}
