import { fromBase64, toBase64 } from "./base64.js";
import type { NodeKey } from "./node-key.js";

// A message of a node is signed as RFC 9421 says (HTTP Message Signatures), with one profile and no choices: what is
// covered is always the method, the path (none of these requests has a query), and the body's digest (RFC 9530); the parameters are always
// the nonce, the node's public key and the algorithm, in this order. The text that is signed is thus, with \n between
// its lines and none at the end:
//
//   "@method": POST
//   "@path": /v1/nodes/node01/heartbeat
//   "content-digest": sha-256=:BASE64:
//   "@signature-params": ("@method" "@path" "content-digest");nonce="BASE64";keyid="BASE64";alg="ed25519"
//
// Four lines that a shell can print and `openssl pkeyutl -sign -rawin` can sign. A node's clock is not asked: before its
// first boot it may be decades off. What makes a message old is the boot id and sequence in its body.

/** What of an HTTP request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path of the URL, as `/v1/nodes/node01/heartbeat`; none of the signed requests has a query. */
  readonly path: string;
  /** The body's bytes; none for GET. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The headers that carry a signature. */
export interface SignatureHeaders {
  readonly "content-digest": string;
  readonly "signature-input": string;
  readonly signature: string;
}

const components = '("@method" "@path" "content-digest")';
const label = "node";

/**
 * Signs a request.
 *
 * @param nonce - 16 bytes that are never used twice, so that no two messages have one signature
 * @example
 * ```ts
 * import { makeNodeKey, signRequest, verifyRequest } from "@plasmacloud/deployer-client";
 *
 * const key = await makeNodeKey();
 * const request = { method: "POST", path: "/v1/nodes/node01/heartbeat", body: new TextEncoder().encode("{}") };
 * const headers = await signRequest(request, key, new Uint8Array(16));
 * await verifyRequest(request, headers, key.publicKey); // => true
 * await verifyRequest({ ...request, path: "/v1/nodes/node02/heartbeat" }, headers, key.publicKey); // => false
 * ```
 */
export async function signRequest(request: SignedRequest, key: NodeKey, nonce: Uint8Array): Promise<SignatureHeaders> {
  const digest = await digestOf(request.body);
  const parameters = `${components};nonce="${toBase64(nonce)}";keyid="${key.publicKey}";alg="ed25519"`;
  const text = signatureBase(request, digest, parameters);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key.privateKey, text));
  return {
    "content-digest": digest,
    "signature-input": `${label}=${parameters}`,
    signature: `${label}=:${toBase64(signature)}:`,
  };
}

/**
 * Whether a request carries a good signature of this key. Whether it is an old message is not its question.
 *
 * @param headers - of the request; one that is missing is `undefined`
 * @param publicKey - whose signature is expected: 32 bytes in base64
 * @example See `signRequest`.
 */
export async function verifyRequest(
  request: SignedRequest,
  headers: { readonly [name in keyof SignatureHeaders]: string | undefined },
  publicKey: string,
): Promise<boolean> {
  const parameters = parametersOf(headers["signature-input"], publicKey);
  const [, encoded = ""] = /^node=:([A-Za-z0-9+/]{86}==):$/.exec(headers.signature ?? "") ?? [];
  const [signature, raw] = [fromBase64(encoded), fromBase64(publicKey)];
  if (parameters === null || signature?.length !== 64 || raw?.length !== 32) return false;
  const digest = await digestOf(request.body);
  if (headers["content-digest"] !== digest) return false;
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, signatureBase(request, digest, parameters));
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
}

/** The parameters as they were signed, where they are of our profile and name this key. */
function parametersOf(input: string | undefined, publicKey: string): string | null {
  const pattern =
    /^node=(\("@method" "@path" "content-digest"\);nonce="[A-Za-z0-9+/]{22}==";keyid="([A-Za-z0-9+/]{43}=)";alg="ed25519")$/;
  const [, parameters, keyId] = pattern.exec(input ?? "") ?? [];
  return parameters !== undefined && keyId === publicKey ? parameters : null;
}

function signatureBase(request: SignedRequest, digest: string, parameters: string): Uint8Array<ArrayBuffer> {
  const lines = [
    `"@method": ${request.method}`,
    `"@path": ${request.path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ];
  return new TextEncoder().encode(lines.join("\n"));
}

async function digestOf(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha-256=:${toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", body)))}:`;
}
