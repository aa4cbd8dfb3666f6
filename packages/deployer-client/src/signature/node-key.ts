import { toBase64 } from "./base64.js";

/** A node's key pair. The private part stays with the node. */
export interface NodeKey {
  /** The 32 bytes of the public key in base64, as the API has it. */
  readonly publicKey: string;
  readonly privateKey: PrivateKey;
}

/** WebCrypto's CryptoKey, whose name browsers and Node declare differently. */
type PrivateKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const algorithm = { name: "Ed25519" };

/**
 * Makes a node's key pair, with WebCrypto's own random.
 *
 * @returns the pair, and the private key as PEM (PKCS #8) to keep, which `openssl` and `readNodeKey` read
 * @example
 * ```ts
 * import { makeNodeKey } from "@plasmacloud/deployer-client";
 *
 * const { publicKey } = await makeNodeKey();
 * publicKey.length; // => 44
 * ```
 */
export async function makeNodeKey(): Promise<NodeKey & { readonly pem: string }> {
  const made = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { privateKey, publicKey } = made as { privateKey: PrivateKey; publicKey: PrivateKey };
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  const pem = `-----BEGIN PRIVATE KEY-----\n${toBase64(der)}\n-----END PRIVATE KEY-----\n`;
  return { publicKey: toBase64(raw), privateKey, pem };
}

/**
 * Reads a private key that `makeNodeKey` or `openssl genpkey -algorithm ed25519` made.
 *
 * @throws Error for anything else
 * @example
 * ```ts
 * import { makeNodeKey, readNodeKey } from "@plasmacloud/deployer-client";
 *
 * const made = await makeNodeKey();
 * const read = await readNodeKey(made.pem);
 * read.publicKey === made.publicKey; // => true
 * ```
 */
export async function readNodeKey(pem: string): Promise<NodeKey> {
  const [, body = ""] = /^-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/.exec(pem) ?? [];
  try {
    const der = Uint8Array.from(atob(body.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    const privateKey = await crypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
    const { x = "" } = await crypto.subtle.exportKey("jwk", privateKey);
    const publicKey = `${x.replaceAll("-", "+").replaceAll("_", "/")}=`;
    return { publicKey, privateKey };
  } catch {
    throw new Error("Not an ed25519 private key in PEM (PKCS #8).");
  }
}
