// The commands as people give them, against a real deployer in a process of its own.
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createNodeClient, makeNodeKey, type NodeClient } from "@plasmacloud/deployer-client";
import { Agent, fetch } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { deployer } from "../deploy.test-support.js";

const bootId = "00000000-0000-4000-8000-000000000001";

async function nodeOf(folder: string, server: string): Promise<NodeClient> {
  expect(existsSync(join(folder, "data/ca.crt"))).toBe(true);
  const { readFileSync } = await import("node:fs");
  const dispatcher = new Agent({ connect: { ca: readFileSync(join(folder, "data/ca.crt"), "utf8") } });
  return createNodeClient({
    server,
    key: await makeNodeKey(),
    bootId,
    fetch: (url, init) => fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>,
    wait: (milliseconds, signal) => sleep(milliseconds, undefined, { ref: false, ...(signal ? { signal } : {}) }),
    now: Date.now,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
}

const introduction = (hostname: string) => ({
  hostname,
  sshHostKeys: [`ssh-ed25519 ${btoa(hostname)}`],
  inventory: {
    architecture: "x86_64" as const,
    firmware: "bios" as const,
    serial: hostname,
    product: null,
    cpus: 2,
    memoryBytes: 4e9,
    interfaces: [],
    disks: [],
  },
});

it("takes a machine from its key to its approval, tells of it, and ends with 0", async () => {
  const { folder, server, deploy } = await deployer();
  expect(await deploy("nodes")).toMatchObject({ code: 0, stdout: "no nodes yet\n" });
  const made = await deploy("keys", "create", "--site", "tokyo", "--uses", "2", "--valid-for", "2h");
  expect(made.stdout).toMatch(/^nnb_[\w-]{43}\n$/);
  const node = await nodeOf(folder, server);
  await node.phoneHome(made.stdout.trim(), introduction("node01"));
  expect((await deploy("nodes")).stdout).toMatch(/^node01 +Pending +online +\d s ago +not in the topology$/m);
  const approved = await deploy("approve", "node01", "--json");
  expect(JSON.parse(approved.stdout)).toMatchObject({
    id: "node01",
    state: { name: "Provisioning", phase: "partition" },
  });
  const failed = {
    sequence: 0,
    at: null,
    type: "failed",
    phase: "partition",
    errorType: "disk",
    message: "no disk",
  } as const;
  await node.sendEvents("node01", [failed]);
  expect((await deploy("nodes")).stdout).toContain("Failed in partition: disk (once)");
  expect((await deploy("retry", "node01")).stdout).toBe("node01: tries again; Provisioning: partition\n");
  expect((await deploy("lock", "node01")).stdout).toContain("node01: locked");
  const one = await deploy("nodes", "node01");
  expect(one.stdout).toMatch(/^machine +x86_64, 2 CPUs, 4.0 GB, bios$/m);
  const listed = JSON.parse((await deploy("nodes", "--json")).stdout);
  expect(listed).toMatchObject({ nodes: [{ id: "node01", isLocked: true }], revision: expect.any(Number) });

  const audit = JSON.parse((await deploy("audit", "--node", "node01", "--json")).stdout);
  const story = audit.entries.map(({ action }: { action: string }) => action);
  expect(story).toEqual(["lock", "retry", "failed", "approve", "phone-home"]);
  expect((await deploy("audit", "--limit", "1")).stdout).toMatch(/operator admin +lock +node01/);
  expect((await deploy("keys")).stdout).toMatch(/site tokyo +1 of 2 .* good$/m);
  const [key] = JSON.parse((await deploy("keys", "list", "--json")).stdout).keys;
  expect((await deploy("keys", "revoke", key.id)).stdout).toBe(`${key.id} is revoked\n`);
  expect((await deploy("keys")).stdout).toMatch(/revoked$/m);
  expect((await deploy("delete", "node01")).code).toBe(0);
  expect((await deploy("nodes")).stdout).toBe("no nodes yet\n");
}, 60_000);

it("says in one diagnostic what it could not do, and ends with 1, 2 or 3", async () => {
  const { folder, credentials, deploy } = await deployer();
  const refused = await deploy("approve", "node99");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("error[NN9082]: The deployer refuses. There is no node node99.");
  const json = await deploy("reject", "node99", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ diagnostics: [{ code: "NN9082" }] });
  expect(await deploy("approve", "node99", "--system", "/etc")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("error[NN9016]: wantedSystem: expected a path in the Nix store"),
  });
  for (const args of [
    ["keys", "create"],
    ["keys", "create", "--site", "a", "--node", "b"],
    ["audit", "--limit", "0"],
    ["rotate-key", "node01"],
  ]) {
    expect(await deploy(...args)).toMatchObject({ code: 2, stdout: "" });
  }
  const using = async (more: object) => {
    writeFileSync(join(folder, "other.json"), JSON.stringify({ ...credentials, ...more }));
    return deploy("nodes", "--credentials", "other.json");
  };
  expect(await using({ token: "wrong" })).toMatchObject({ code: 1, stderr: expect.stringContaining("NN9082") });
  expect(await using({ server: "http://x" })).toMatchObject({ code: 2, stderr: expect.stringContaining("NN9080") });
  expect(await using({ authorityFile: "none" })).toMatchObject({ code: 2, stderr: expect.stringContaining("NN9080") });
  expect(await using({ extra: 1 })).toMatchObject({ code: 2, stderr: expect.stringContaining("NN9080") });
  // Another authority than the deployer's is not trusted, and the token not sent.
  expect(await using({ authorityFile: undefined })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("error[NN9081]: The deployer cannot be reached"),
  });
  expect(await using({ server: "https://127.0.0.1:65535" })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("NN9081"),
  });
}, 90_000);

it("watches: a line for each change, and JSON lines", async ({ expect }) => {
  const { folder, server, deploy } = await deployer();
  const cli = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  const watching = [[], ["--json"]].map((flags) => {
    const child = spawn(process.execPath, [cli, "deploy", "watch", ...flags], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const watcher = { child, text: "" };
    child.stdout.on("data", (chunk) => {
      watcher.text += chunk;
    });
    return watcher;
  });
  for (const watcher of watching) await expect.poll(() => watcher.text, { timeout: 20_000 }).toContain("\n");
  const secret = (await deploy("keys", "create", "--node", "node01")).stdout.trim();
  const node = await nodeOf(folder, server);
  await node.phoneHome(secret, introduction("node01"));
  await deploy("approve", "node01");
  const [lines, json] = watching;
  await expect.poll(() => lines?.text).toContain("operator admin: approve node01\n");
  const said = (lines?.text ?? "").split("\n").map((line) => line.slice(25));
  expect(said.filter((line) => line.startsWith("node01:"))).toEqual([
    "node01: Pending",
    "node01: Provisioning: partition",
  ]);
  await expect.poll(() => json?.text).toContain('"approve"');
  const events = (json?.text ?? "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ type: "ready", revision: expect.any(Number) });
  for (const { child } of watching) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  }
}, 60_000);
