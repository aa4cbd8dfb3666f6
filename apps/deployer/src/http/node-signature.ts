import { verifyRequest } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { parseNodeRecord } from "../records/node-record.js";

/** A request as it came, with its body. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/**
 * Whether a request is signed by the node that it is of.
 *
 * @throws ApiProblem `bad_signature`, also where there is no such node; `revoked` where the key was a node's once
 */
export async function checkSignature({ store }: Deployer, hostname: string, received: Received): Promise<void> {
  const entry = await store.get(keys.node(hostname));
  if (entry !== null && (await isSignedBy(received, parseNodeRecord(entry).node_key))) return;
  const [, signer] = /;keyid="([A-Za-z0-9+/]{43}=)";/.exec(received.headers.get("signature-input") ?? "") ?? [];
  if (signer !== undefined && (await isSignedBy(received, signer))) {
    const owner = await store.get(keys.nodeKey(signer));
    if (owner !== null && (JSON.parse(owner.value) as { hostname: string | null }).hostname === null) {
      throw new ApiProblem("revoked");
    }
  }
  throw new ApiProblem("bad_signature");
}

export async function isSignedBy({ method, path, body, headers }: Received, publicKey: string): Promise<boolean> {
  const signature = {
    "content-digest": headers.get("content-digest") ?? undefined,
    "signature-input": headers.get("signature-input") ?? undefined,
    signature: headers.get("signature") ?? undefined,
  };
  return verifyRequest({ method, path, body }, signature, publicKey);
}
