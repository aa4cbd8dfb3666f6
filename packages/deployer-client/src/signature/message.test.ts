import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { signRequest, verifyRequest } from "./message.js";
import { makeNodeKey, readNodeKey } from "./node-key.js";

const nonce = new Uint8Array(16).fill(7);
const encode = (text: string) => new TextEncoder().encode(text);
const request = { method: "POST", path: "/v1/nodes/n1/heartbeat", body: encode('{"sequence":1}') };

it("refuses a message of which anything was changed", async () => {
  const [key, other] = [await makeNodeKey(), await makeNodeKey()];
  const headers = await signRequest(request, key, nonce);
  expect(await verifyRequest(request, headers, key.publicKey)).toBe(true);
  const forged = await signRequest(request, other, nonce);
  const withOtherNonce = headers["signature-input"].replace(/nonce="[^"]+"/, `nonce="${btoa("x".repeat(16))}"`);
  for (const [changed, sent, publicKey] of [
    [{ ...request, method: "PUT" }, headers, key.publicKey],
    [{ ...request, path: "/v1/nodes/n2/heartbeat" }, headers, key.publicKey],
    [{ ...request, body: encode('{"sequence":2}') }, headers, key.publicKey],
    [request, headers, other.publicKey],
    [request, forged, key.publicKey],
    [request, { ...forged, "signature-input": headers["signature-input"] }, key.publicKey],
    [request, { ...headers, "signature-input": withOtherNonce }, key.publicKey],
    [request, { ...headers, signature: undefined }, key.publicKey],
    [request, { ...headers, "content-digest": undefined }, key.publicKey],
    [request, headers, btoa("\xff".repeat(32))],
  ] as const) {
    expect(await verifyRequest(changed, sent, publicKey)).toBe(false);
  }
});

it("never throws and never agrees, whatever the headers are", { tags: "property" }, async () => {
  const key = await makeNodeKey();
  const good = await signRequest(request, key, nonce);
  const header = (name: keyof typeof good) => fc.oneof(fc.string(), fc.constant(good[name]), fc.constant(undefined));
  await fc.assert(
    fc.asyncProperty(header("content-digest"), header("signature-input"), header("signature"), async (a, b, c) => {
      const headers = { "content-digest": a, "signature-input": b, signature: c };
      const isGood = a === good["content-digest"] && b === good["signature-input"] && c === good.signature;
      expect(await verifyRequest(request, headers, key.publicKey)).toBe(isGood);
    }),
  );
});

it("is what a shell with openssl signs and verifies", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deployer-client-"));
  try {
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder });
    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem");
    const publicKey = openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER").subarray(-32).toString("base64");
    const read = await readNodeKey(openssl("pkey", "-in", "key.pem").toString());
    expect(read.publicKey).toBe(publicKey);

    writeFileSync(join(folder, "body"), request.body);
    const digest = `sha-256=:${openssl("dgst", "-sha256", "-binary", "body").toString("base64")}:`;
    const nonceText = Buffer.from(nonce).toString("base64");
    const parameters = `("@method" "@path" "content-digest");nonce="${nonceText}";keyid="${publicKey}";alg="ed25519"`;
    const base = `"@method": POST\n"@path": ${request.path}\n"content-digest": ${digest}\n"@signature-params": ${parameters}`;
    writeFileSync(join(folder, "base"), base);
    const signature = openssl("pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "base").toString("base64");
    const headers = {
      "content-digest": digest,
      "signature-input": `node=${parameters}`,
      signature: `node=:${signature}:`,
    };
    expect(await verifyRequest(request, headers, publicKey)).toBe(true);
    // Ed25519 is deterministic (RFC 8032), so both must sign the very same bytes.
    expect(await signRequest(request, read, nonce)).toEqual(headers);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("refuses keys of another kind", async () => {
  for (const text of ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]) {
    await expect(readNodeKey(text)).rejects.toThrow("Not an ed25519 private key");
  }
});
