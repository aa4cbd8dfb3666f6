import type { AnswerOf, BodyOf, OperationId } from "../operations.js";
import { operations } from "../operations.js";
import type { HeartbeatAnswer, NodeEventsAnswer, PhoneHomeAnswer } from "../schema/messages.js";
import { signRequest } from "../signature/message.js";
import type { NodeKey } from "../signature/node-key.js";
import { type Answer, call } from "./call.js";
import type { World } from "./world.js";

/** How a node speaks to the deployer. Every call goes on trying until it is answered or the signal is aborted. */
export interface NodeClient {
  /** Introduces the machine. `isNew` is false where the deployer knew it, as after an answer that was lost. */
  phoneHome(
    bootstrapKey: string,
    introduction: Omit<BodyOf<"phoneHome">, "nodeKey" | "bootId">,
    signal?: AbortSignal,
  ): Promise<PhoneHomeAnswer & { readonly isNew: boolean }>;
  /** Says that it lives. Wait for the answer's `nextCallSeconds` before the next one. */
  heartbeat(id: string, beat: Omit<BodyOf<"heartbeat">, "bootId">, signal?: AbortSignal): Promise<HeartbeatAnswer>;
  /** Tells events; those that were told already count once. */
  sendEvents(id: string, events: BodyOf<"nodeEvents">["events"], signal?: AbortSignal): Promise<NodeEventsAnswer>;
  /** The node's own `cluster-config.json`. */
  clusterConfig(id: string, signal?: AbortSignal): Promise<AnswerOf<"clusterConfig">>;
}

/** Who speaks, and with whom. */
export interface NodeClientOptions extends World {
  /** As `https://deployer.example:7443`. */
  readonly server: string;
  readonly key: NodeKey;
  /** Of `/proc/sys/kernel/random/boot_id`. */
  readonly bootId: string;
}

/**
 * Makes a node's client.
 *
 * It throws `DeployerError` where the deployer refuses, and tries again after network errors, 408, 429 and 5xx, with
 * full jitter between 1 and 60 s and no sooner than `Retry-After` says.
 *
 * @example
 * ```ts
 * import { createNodeClient, makeNodeKey } from "@plasmacloud/deployer-client";
 *
 * const client = createNodeClient({
 *   server: "https://deployer.example:7443",
 *   key: await makeNodeKey(),
 *   bootId: "3f0b8d0c-61a2-4a0e-9d0e-2b1f6f1d7c55",
 *   // A deployer that answers at once; a node passes its own fetch, one that trusts the deployer's authority.
 *   fetch: async () => Response.json({ version: 1, node_id: "node01" }),
 *   wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
 *   now: Date.now,
 *   random: (length) => crypto.getRandomValues(new Uint8Array(length)),
 * });
 * (await client.clusterConfig("node01")).node_id; // => "node01"
 * ```
 */
export function createNodeClient(options: NodeClientOptions): NodeClient {
  const { server, key, bootId } = options;

  const signed = <Id extends OperationId>(
    operation: Id,
    parts: { readonly id?: string; readonly body?: unknown; readonly bearer?: string },
    signal: AbortSignal | undefined,
  ): Promise<Answer<AnswerOf<Id>>> => {
    const { method } = operations[operation];
    const headers = async (path: string, body: Uint8Array<ArrayBuffer>) => ({
      ...(parts.bearer === undefined ? {} : { authorization: `Bearer ${parts.bearer}` }),
      ...(await signRequest({ method, path, body }, key, options.random(16))),
    });
    return call(options, server, operation, { ...parts, headers }, { attempts: Infinity, signal });
  };

  return {
    phoneHome: async (bootstrapKey, introduction, signal) => {
      const body = { ...introduction, nodeKey: key.publicKey, bootId };
      const { status, value } = await signed("phoneHome", { body, bearer: bootstrapKey }, signal);
      return { ...value, isNew: status === 201 };
    },
    heartbeat: async (id, beat, signal) => (await signed("heartbeat", { id, body: { ...beat, bootId } }, signal)).value,
    sendEvents: async (id, events, signal) =>
      (await signed("nodeEvents", { id, body: { bootId, events } }, signal)).value,
    clusterConfig: async (id, signal) => (await signed("clusterConfig", { id }, signal)).value,
  };
}
