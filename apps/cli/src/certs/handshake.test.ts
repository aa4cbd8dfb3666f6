// What certificates are for: services that prove to each other who they are, in Node's TLS.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { beforeAll, expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  name: acme
  domain: acme.example
  clusters:
    lab:
      nodes:
        node01: { role: control-plane, ip: 10.0.0.1, services: [chainfire, iam] }
        node02: { role: control-plane, ip: 10.0.0.2, services: [chainfire] }
        node03: { role: control-plane, ip: 10.0.0.3, services: [chainfire] }
`;

interface Identity {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

async function made(text: string = topology): Promise<string> {
  const folder = temporaryFolder({ "t.yaml": text });
  expect((await run(folder, ["certs", "t.yaml"])).code).toBe(0);
  return join(folder, "certs");
}

function identity(directory: string, folder: string): Identity {
  const read = (name: string) => readFileSync(join(directory, folder, name));
  return { ca: read("ca.crt"), cert: read("tls.crt"), key: read("tls.key") };
}

/** What both sides say: the peer's common names, or an error's code. */
async function shake(server: Identity, client: Partial<Identity>, host: string): Promise<readonly unknown[]> {
  const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" });
  listener.on("tlsClientError", () => {});
  listener.on("secureConnection", (socket: TLSSocket) => {
    socket.on("error", () => {});
    socket.end(String(socket.getPeerCertificate().subject.CN));
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const name = /^[\d.]+$/.test(host) ? { host: "127.0.0.1" } : { servername: host };
      const socket = connect({ port, ...name, ...client });
      let heard = "";
      let fault: string | undefined;
      socket.on("data", (data) => {
        heard += data;
      });
      socket.on("error", (error: NodeJS.ErrnoException) => {
        fault = error.code;
      });
      socket.on("end", () => {
        if (heard !== "") resolve([socket.getPeerCertificate().subject.CN, heard]);
      });
      // In TLS 1.3 a client is done before the server has looked at its certificate.
      socket.on("close", () => resolve([fault ?? "turned away"]));
    });
  } finally {
    listener.close();
  }
}

let directory = "";
beforeAll(async () => {
  // Not temporaryFolder: it goes away with one test.
  directory = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  writeFileSync(join(directory, "t.yaml"), topology);
  expect((await run(directory, ["certs", "t.yaml"])).code).toBe(0);
  directory = join(directory, "certs");
  return () => execFileSync("rm", ["-rf", join(directory, "..")]);
});

it("two services on two nodes shake hands, each knowing who the other is", async () => {
  const server = identity(directory, "nodes/node01/iam");
  const client = identity(directory, "nodes/node02/chainfire");
  for (const host of ["node01", "node01.acme.example", "localhost", "127.0.0.1"]) {
    expect([host, await shake(server, client, host)]).toEqual([host, ["iam", "chainfire"]]);
  }
  expect(await shake(server, identity(directory, "operator"), "node01")).toEqual(["iam", "operator"]);
});

it("a wrong name, no certificate, another authority's, and a client posing as a server are refused", async () => {
  const server = identity(directory, "nodes/node01/iam");
  const client = identity(directory, "nodes/node02/chainfire");
  expect(await shake(server, client, "node02")).toEqual(["ERR_TLS_CERT_ALTNAME_INVALID"]);
  expect(await shake(server, { ca: client.ca }, "node01")).toEqual(["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"]);
  const stranger = identity(await made(), "nodes/node02/chainfire");
  expect(await shake(server, stranger, "node01")).toEqual(["SELF_SIGNED_CERT_IN_CHAIN"]);
  expect(String(await shake(server, { ...stranger, ca: client.ca }, "node01"))).toMatch(/^(turned away|ECONNRESET)$/);
  expect(await shake(identity(directory, "operator"), client, "node01")).toEqual(["INVALID_PURPOSE"]);
});
