import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createNodeClient,
  createOperatorClient,
  type Inventory,
  makeNodeKey,
  type NodeKey,
  type PhoneHome,
  signRequest,
  type World,
} from "@plasmacloud/deployer-client";
import { Agent, fetch as undiciFetch } from "undici";
import { onTestFinished } from "vitest";
import { freePort } from "#support/process";
import { configSchema } from "./config.js";
import { createLog } from "./log.js";
import type { RolloutFile } from "./rendered-tree.js";
import { startDeployer } from "./server.js";

export type Settings = Omit<Partial<(typeof configSchema)["_zod"]["input"]>, "data" | "listen">;

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deployer-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything that a test does with a deployer that runs. */
export interface TestDeployer {
  readonly url: string;
  readonly token: string;
  readonly data: string;
  /** Lines of its log. */
  readonly log: readonly string[];
  readonly fetch: World["fetch"];
  /** Fetches as a machine that has another address of the loopback interface. */
  fetchFrom(address: string): World["fetch"];
  operator(token?: string, world?: Partial<World>): ReturnType<typeof createOperatorClient>;
  node(key: NodeKey, bootId: string, world?: Partial<World>): ReturnType<typeof createNodeClient>;
  /** A request by hand, as somebody who keeps to nothing. */
  request(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{
    readonly status: number;
    readonly headers: Headers;
    readonly json: Record<string, unknown>;
  }>;
  stop(): Promise<void>;
}

/** A deployer in this process, with TLS, a store and a data folder of its own. */
export async function startTestDeployer(settings: Settings = {}, data = temporaryFolder()): Promise<TestDeployer> {
  const listen = { host: "127.0.0.1", port: 0 };
  const config = { ...configSchema.parse({ ...settings, listen, data, logLevel: "debug" }) };
  const log: string[] = [];
  const running = await startDeployer(config, createLog("debug", { write: (line) => log.push(line) }), false);
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await running.stop();
    isStopped = true;
  };
  onTestFinished(stop);
  const authority = readFileSync(join(data, "ca.crt"), "utf8");
  return { ...clientsOf(running.url, authority, running.adminToken ?? ""), data, log, stop };
}

/** Clients that trust an authority; waiting is a hundred times shorter than in life. */
export function clientsOf(url: string, authority: string, token: string) {
  const fetchFrom = (localAddress: string) => {
    const dispatcher = new Agent({ connect: { ca: authority }, localAddress, connections: 100 });
    return (target: string, init: RequestInit) =>
      undiciFetch(target, { ...init, dispatcher } as never) as unknown as Promise<Response>;
  };
  const fetch = fetchFrom("127.0.0.1");
  const world: World = {
    fetch,
    now: Date.now,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    wait: async (milliseconds, signal) => {
      const isWatchdog = milliseconds === 30_000 || milliseconds === 45_000;
      await sleep(isWatchdog ? milliseconds : milliseconds / 100, undefined, {
        ref: false,
        ...(signal ? { signal } : {}),
      });
    },
  };
  return {
    url,
    token,
    fetch,
    fetchFrom,
    operator: (own = token, more: Partial<World> = {}) =>
      createOperatorClient({ server: url, token: own, attempts: 5, ...world, ...more }),
    node: (key: NodeKey, bootId: string, more: Partial<World> = {}) =>
      createNodeClient({ server: url, key, bootId, ...world, ...more }),
    request: async (method: string, path: string, options: Parameters<TestDeployer["request"]>[2] = {}) => {
      const { token: own = token, body, headers = {} } = options;
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${own}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, json: text === "" ? {} : JSON.parse(text) };
    },
  };
}

export const bootIdOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const systemOf = (name: string) => `/nix/store/${"0".repeat(32)}-nixos-system-${name}`;
export const healthy = { status: "ok" as const, checks: [] };

/** A machine that has never been seen. */
export async function machine(number: number, hostname: string | null = null, hostKey = "") {
  const mac = [0x52, 0x54, 0, 0, number >> 8, number & 255].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
  const inventory: Inventory = {
    architecture: "x86_64",
    firmware: "uefi",
    serial: `S${number}`,
    product: null,
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    interfaces: [{ name: "eth0", mac }],
    disks: [{ name: "vda", bytes: 1e12, serial: null }],
  };
  const sshHostKeys = [
    hostKey === "" ? `ssh-ed25519 ${Buffer.from(`host key ${number}`).toString("base64")}` : hostKey,
  ];
  const key = await makeNodeKey();
  return { key, mac, bootId: bootIdOf(number), introduction: { hostname, inventory, sshHostKeys } };
}

/** Headers of a message of a node, signed by a key of the test's choice. */
export async function signed(method: string, path: string, key: NodeKey, body: string) {
  const request = { method, path, body: new TextEncoder().encode(body) };
  return { ...(await signRequest(request, key, crypto.getRandomValues(new Uint8Array(16)))) } as Record<string, string>;
}

/** A phone-home by hand. */
export async function phoneHomeRequest(
  deployer: Pick<TestDeployer, "request">,
  bootstrapKey: string,
  { key, bootId, introduction }: Awaited<ReturnType<typeof machine>>,
) {
  const body = JSON.stringify({ ...introduction, nodeKey: key.publicKey, bootId } satisfies PhoneHome);
  const headers = await signed("POST", "/v1/phone-home", key, body);
  return deployer.request("POST", "/v1/phone-home", { token: bootstrapKey, body, headers });
}

/** A rendered tree with one node, found by a MAC address; `rollout.json` says where nodes are and who stands in for whom. */
export function renderedTree(hostname: string, mac: string, rollout?: RolloutFile): string {
  const folder = temporaryFolder();
  const node = join(folder, "nodes", hostname);
  mkdirSync(join(node, "networkd"), { recursive: true });
  writeFileSync(join(node, "networkd", "10-eth0.link"), `[Match]\nPermanentMACAddress=${mac}\n\n[Link]\nName=eth0\n`);
  writeFileSync(join(node, "cluster-config.json"), `{ "version": 1, "node_id": "${hostname}" }\n`);
  if (rollout !== undefined) writeFileSync(join(folder, "rollout.json"), JSON.stringify(rollout));
  return folder;
}

/** Waits until something listens on a port of loopback. */
async function listening(port: number): Promise<void> {
  for (const end = Date.now() + 10_000; ; await sleep(20)) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    } finally {
      socket.destroy();
    }
  }
}

/** A real sshd on loopback that lets the deployer's key in. */
export async function startSshd() {
  const folder = temporaryFolder();
  for (const name of ["host", "id"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, name)]);
  }
  const port = await freePort();
  mkdirSync("/run/sshd", { recursive: true });
  const lines = [
    "ListenAddress 127.0.0.1",
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "id.pub")}`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
  ];
  writeFileSync(join(folder, "config"), `${lines.join("\n")}\n`);
  const sshd = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "config"), "-p", String(port)], {
    stdio: "ignore",
  });
  onTestFinished(() => void sshd.kill());
  await listening(port);
  const hostKey = readFileSync(join(folder, "host.pub"), "utf8").trim().split(" ").slice(0, 2).join(" ");
  return { hostKey, ssh: { user: userInfo().username, port, identityFile: join(folder, "id") } };
}
