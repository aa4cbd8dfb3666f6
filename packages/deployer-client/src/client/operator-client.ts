import type { AnswerOf, BodyOf, OperationId } from "../operations.js";
import { operations } from "../operations.js";
import type { AuditPage } from "../schema/audit.js";
import type { BootstrapKey, MadeBootstrapKey, NewBootstrapKey } from "../schema/bootstrap-key.js";
import type { Node, NodeDetail } from "../schema/node.js";
import type { NewRollout, Rollout, RolloutDetail, RolloutPlan } from "../schema/rollout.js";
import { type Call, call } from "./call.js";
import { type Watched, watch } from "./watch.js";
import type { World } from "./world.js";

/** Refuses a change with 412 where the node or rollout is not as it was read: pass its `revision`. */
export interface Condition {
  readonly ifRevision?: number;
}

/** How an operator speaks to the deployer. Each change has an Idempotency-Key, so a try that was lost counts once. */
export interface OperatorClient {
  /** `unreadable`: keys of the store whose records are no nodes', as after another program wrote them. */
  listNodes(): Promise<{
    readonly nodes: readonly Node[];
    readonly unreadable: readonly string[];
    readonly revision: number;
  }>;
  getNode(id: string): Promise<NodeDetail>;
  approve(id: string, options?: BodyOf<"approveNode"> & Condition): Promise<Node>;
  reject(id: string, options?: BodyOf<"rejectNode"> & Condition): Promise<void>;
  retry(id: string, options?: Condition): Promise<Node>;
  reinstall(id: string, options?: BodyOf<"reinstallNode"> & Condition): Promise<Node>;
  lock(id: string, isLocked: boolean, options?: Condition): Promise<Node>;
  rotateKey(id: string, nodeKey: string, options?: Condition): Promise<Node>;
  deleteNode(id: string, options?: Condition): Promise<void>;
  listKeys(): Promise<readonly BootstrapKey[]>;
  createKey(key: NewBootstrapKey): Promise<MadeBootstrapKey>;
  revokeKey(id: string): Promise<BootstrapKey>;
  listRollouts(query?: { readonly before?: string; readonly limit?: number }): Promise<{
    readonly rollouts: readonly Rollout[];
    readonly revision: number;
  }>;
  getRollout(id: string): Promise<RolloutDetail>;
  startRollout(rollout: Omit<NewRollout, "dryRun">): Promise<Rollout>;
  /** What a rollout would do as things are now. */
  planRollout(rollout: Omit<NewRollout, "dryRun">): Promise<RolloutPlan>;
  pauseRollout(id: string, options?: BodyOf<"pauseRollout"> & Condition): Promise<Rollout>;
  resumeRollout(id: string, options?: Condition): Promise<Rollout>;
  abortRollout(id: string, options?: BodyOf<"abortRollout"> & Condition): Promise<Rollout>;
  audit(query?: { readonly node?: string; readonly before?: string; readonly limit?: number }): Promise<AuditPage>;
  /**
   * What changes, from a revision on, or from now. It goes on after a lost connection without gap or duplicate, and
   * ends when the signal is aborted.
   */
  watch(options: { readonly after?: number; readonly signal: AbortSignal }): AsyncGenerator<Watched>;
}

export interface OperatorClientOptions extends World {
  /** As `https://deployer.example:7443`. */
  readonly server: string;
  readonly token: string;
  /** How often a call is tried in all. */
  readonly attempts: number;
  readonly signal?: AbortSignal;
}

/**
 * Makes an operator's client.
 *
 * It throws `DeployerError` where the deployer refuses, and `DeployerUnreachable` where it cannot be had.
 *
 * @example
 * ```ts
 * import { createOperatorClient } from "@plasmacloud/deployer-client";
 *
 * const client = createOperatorClient({
 *   server: "https://deployer.example:7443",
 *   token: "an operator's token",
 *   attempts: 4,
 *   fetch: async () => Response.json({ nodes: [], unreadable: [], revision: 7 }),
 *   wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
 *   now: Date.now,
 *   random: (length) => crypto.getRandomValues(new Uint8Array(length)),
 * });
 * await client.listNodes(); // => {"nodes":[],"unreadable":[],"revision":7}
 * ```
 */
export function createOperatorClient(options: OperatorClientOptions): OperatorClient {
  const { server, token, attempts, signal } = options;
  const authorization = `Bearer ${token}`;

  const ask = async <Id extends OperationId>(
    operation: Id,
    parts: Omit<Call, "headers"> & Condition = {},
  ): Promise<AnswerOf<Id>> => {
    const isChange = operations[operation].method !== "GET";
    const headers = {
      authorization,
      ...(isChange ? { "idempotency-key": hex(options.random(16)) } : {}),
      ...(parts.ifRevision === undefined ? {} : { "if-match": `"${parts.ifRevision}"` }),
    };
    const answer = await call<AnswerOf<Id>>(
      options,
      server,
      operation,
      { ...parts, headers: () => headers },
      { attempts, signal },
    );
    return answer.value;
  };

  const change =
    <Id extends OperationId>(operation: Id) =>
    (id: string, { ifRevision, ...body }: Condition & Partial<BodyOf<Id>> = {}) =>
      ask(operation, { id, body, ...(ifRevision === undefined ? {} : { ifRevision }) });

  return {
    listNodes: () => ask("listNodes"),
    getNode: (id) => ask("getNode", { id }),
    approve: change("approveNode"),
    reject: change("rejectNode"),
    retry: change("retryNode"),
    reinstall: change("reinstallNode"),
    lock: (id, isLocked, condition) => change("lockNode")(id, { isLocked, ...condition }),
    rotateKey: (id, nodeKey, condition) => change("rotateNodeKey")(id, { nodeKey, ...condition }),
    deleteNode: change("deleteNode"),
    listKeys: async () => (await ask("listBootstrapKeys")).keys,
    createKey: (key) => ask("createBootstrapKey", { body: key }),
    revokeKey: (id) => ask("revokeBootstrapKey", { id }),
    listRollouts: (query = {}) => ask("listRollouts", { query }),
    getRollout: (id) => ask("getRollout", { id }),
    startRollout: async (rollout) => (await ask("createRollout", { body: rollout })) as Rollout,
    planRollout: async (rollout) => (await ask("createRollout", { body: { ...rollout, dryRun: true } })) as RolloutPlan,
    pauseRollout: change("pauseRollout"),
    resumeRollout: change("resumeRollout"),
    abortRollout: change("abortRollout"),
    audit: (query = {}) => ask("listAudit", { query }),
    watch: ({ after, signal: until }) => watch(options, { server, authorization, after: after ?? null, signal: until }),
  };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
