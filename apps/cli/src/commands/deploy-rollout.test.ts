// Rollouts as people give them, against a real deployer over a real etcd, in which the nodes and their steps are put.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { startEtcd } from "#support/etcd";
import { run } from "../cli.test-support.js";
import { deployer } from "../deploy.test-support.js";

/** A real etcd, and what is put into it and read from it. */
async function startStore() {
  const { endpoint, remove } = await startEtcd();
  onTestFinished(remove);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const ask = async (path: string, body: object) => {
    const response = await fetch(`${endpoint}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body) });
    return (await response.json()) as { kvs?: readonly { readonly value: string }[] };
  };
  const get = async (key: string) => {
    const { kvs: [found] = [] } = await ask("range", { key: base64(key) });
    return JSON.parse(Buffer.from(found?.value ?? "", "base64").toString());
  };
  const put = (key: string, value: object) => ask("put", { key: base64(key), value: base64(JSON.stringify(value)) });
  return { endpoint, get, put };
}

/** Active nodes that were not heard of for long, so that nobody begins with them. */
const silent = (hostname: string) => ({
  status: "Active",
  hostname,
  bootstrap_key_hash: "",
  ssh_pubkey: "",
  ssh_host_keys: [],
  last_seen: "2026-01-01T00:00:00.000Z",
  node_key: `${"A".repeat(43)}=`,
  fingerprint: hostname,
  site: "tokyo",
  address: "127.0.0.1",
  boot_id: "00000000-0000-4000-8000-000000000001",
  sequence: 0,
  event_sequence: -1,
  retired_boot_ids: [],
  installed_in_boot: null,
  system: null,
  wanted_system: null,
  health: null,
  message: null,
  is_locked: false,
  created_at: "2026-01-01T00:00:00.000Z",
  change_revision: null,
});

async function fleet(...nodes: readonly string[]) {
  const etcd = await startStore();
  for (const node of nodes) await etcd.put(`deployer/nodes/${node}`, silent(node));
  const started = await deployer({ store: { kind: "etcd", endpoints: [etcd.endpoint] } });
  const systems = Object.fromEntries(nodes.map((node) => [node, `/nix/store/${"0".repeat(32)}-nixos-system-${node}`]));
  writeFileSync(join(started.folder, "systems.json"), JSON.stringify(systems));
  const rollout = (...args: string[]) => started.deploy("rollout", ...args);
  /** Has a node come to an end, and the rollout with the last one, as the deployer's steps do. */
  const end = async (id: string, node: string, state: string, message: string | null, over: object = {}) => {
    const since = new Date().toISOString();
    const header = await etcd.get(`deployer/rollouts/${id}`);
    const counts = { ...header.counts, ready: header.counts.ready - 1, [state]: header.counts[state] + 1 };
    const record = { state, since, system: systems[node], previous: null, message };
    await etcd.put(`deployer/rollout-nodes/${id}/${node}`, record);
    await etcd.put(`deployer/rollouts/${id}`, { ...header, counts, ...over });
  };
  return { ...started, rollout, end, etcd };
}

it("tries a rollout dry, begins it, shows it, and has it paused, resumed and aborted", async () => {
  const { rollout, deploy, folder, etcd } = await fleet("node1", "node2", "node10");
  expect(await rollout("list")).toMatchObject({ code: 0, stdout: "no rollouts yet\n" });
  expect(await rollout("show")).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no rollout yet.") });
  const healthy = { ...silent("node10"), last_seen: new Date(Date.now() + 3_600_000).toISOString() };
  await etcd.put("deployer/nodes/node10", healthy);
  const options = ["v1", "--systems", "systems.json", "--batch", "2", "--apart", "node1,node2"];
  const dry = await rollout(...options, "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toBe(
    [
      "wave  node    why not before",
      "1     node10",
      "held  node1   not heard of; node2 down (quorum node1, node2)",
      "      node2   not heard of; node1 down (quorum node1, node2)",
      "",
      "A dry run: nothing is changed. v1 to 1 node in 1 wave.",
      "2 nodes cannot begin as things are now.",
      "Down at once at most one of quorum node1, node2: node1, node2.",
      "There is no rollout.json of a topology: nothing is known of reflectors, majorities and VIPs.",
      "",
    ].join("\n"),
  );
  const plan = JSON.parse((await rollout(...options, "--dry-run", "--json")).stdout);
  expect(plan).toMatchObject({ waves: [[{ id: "node10", waitsFor: [] }]] });
  await etcd.put("deployer/nodes/node10", silent("node10"));

  const begun = await rollout("start", ...options, "--max-failures", "2");
  expect(begun.stdout).toMatch(/^\d{8}-\d{6}-\d{3}[0-9a-f]{4}: v1 to 3 nodes\nThere is no rollout\.json/);
  const id = begun.stdout.slice(0, begun.stdout.indexOf(":"));
  expect(await rollout("v2")).toMatchObject({ code: 1, stderr: expect.stringContaining("rollout_underway") });
  const shown = await rollout("show");
  expect(shown.stdout).toMatch(new RegExp(`^rollout {2}${id}\nof {7}v1\nstate {4}Running\nnodes {4}3 ready\n`));
  expect(shown.stdout).toMatch(/^limits {3}1 canary, batches of 2, 5 at once, stops at 2 failures$/m);
  expect(shown.stdout).toMatch(
    /^node2 +ready .* not heard of; after the canary node10; node1 down \(quorum node1, node2\)$/m,
  );
  expect((await rollout("pause", "--reason", "lunch")).stdout).toBe(`${id}: Paused: lunch (3 ready)\n`);
  expect(JSON.parse((await rollout("show", id, "--json")).stdout)).toMatchObject({
    id,
    state: "Paused",
    reason: "lunch",
  });
  expect((await rollout("resume", id)).stdout).toBe(`${id}: Running (3 ready)\n`);
  expect(await rollout("resume")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`The rollout ${id} is Running and has no resume. It has pause and abort.`),
  });
  expect((await rollout("abort")).stdout).toBe(`${id}: Aborted (3 cancelled)\n`);
  expect((await rollout("list")).stdout).toMatch(new RegExp(`^${id} +v1 +\\d+ s ago +3 cancelled +Aborted$`, "m"));
  expect(JSON.parse((await rollout("list", "--json")).stdout)).toMatchObject({ rollouts: [{ id }] });
  // What was not seen to succeed is no success.
  expect(await rollout("watch")).toMatchObject({ code: 1, stdout: expect.stringContaining("Aborted (3 cancelled)") });

  // What is no node's record is told of, and hides no node.
  await etcd.put("deployer/nodes/odd", {});
  const listed = await deploy("nodes");
  expect(listed.stderr).toBe("What the deployer's store has as deployer/nodes/odd is no node.\n");
  expect(listed.stdout).toContain("3 nodes\n");

  writeFileSync(join(folder, "broken.json"), "{");
  writeFileSync(join(folder, "odd.json"), '{ "node1": "/etc" }');
  for (const [args, said] of [
    [[], "No generation was named."],
    [["--node", "node1", "v1"], "No generation was named."],
    [["v1", "--systems", "none.json"], "no such file"],
    [["v1", "--systems", "broken.json"], "it is not JSON"],
    [["v1", "--systems", "odd.json"], "systems.node1: expected a path in the Nix store"],
    [["v1", "--canary", "-1"], "whole number"],
    [["v1", "--apart", "node1"], "two nodes or more"],
    [["--", "--option"], "generation: expected a name without spaces"],
  ] as const) {
    expect(await rollout(...args), args.join(" ")).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  }
  expect(await rollout("v1", "--node", "node9", "--site", "kyoto")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("selector.nodes.0: expected a node that is known, not node9; selector.sites.0:"),
  });
}, 120_000);

it("is watched: a line for each change, JSON lines, and a picture on a terminal, until it has ended", async ({
  expect,
}) => {
  const { folder, rollout, end } = await fleet("node1", "node2", "node3");
  const begun = await rollout("v1", "--systems", "systems.json", "--max-failures", "1", "--json");
  const { id } = JSON.parse(begun.stdout);
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 50, rows: 12 });
  const streams = [new PassThrough(), new PassThrough(), screen].map((stdout) => {
    const seen = { stdout, text: "" };
    stdout.on("data", (chunk) => {
      seen.text += chunk;
    });
    return seen;
  });
  const [lines, json, picture] = streams;
  const watching = streams.map(({ stdout }, index) =>
    run(folder, ["deploy", "rollout", "watch", ...(index === 1 ? ["--json"] : [])], { stdout }),
  );
  for (const each of streams) await expect.poll(() => each.text, { timeout: 20_000 }).toContain(id);
  await end(id, "node1", "done", null);
  await expect.poll(() => picture?.text, { timeout: 20_000 }).toContain("1 done, 2 ready");
  await end(id, "node2", "rolled-back", "not confirmed in 120 s: \u001b[2Jevil".replace(/\p{Cc}/gu, " "), {
    state: "Stopped",
    reason: "1 node failed: node2 (rolled-back)",
    endedAt: new Date().toISOString(),
  });
  expect((await Promise.all(watching)).map(({ code }) => code)).toEqual([1, 1, 1]);
  const told = (lines?.text ?? "").trim().split("\n");
  expect(told.map((line) => line.replace(/^\S+Z /, ""))).toEqual([
    `${id}: Running (3 ready)`,
    "node1: done",
    "node2: rolled-back: not confirmed in 120 s:  [2Jevil",
    `${id}: Stopped: 1 node failed: node2 (rolled-back) (1 done, 1 rolled-back, 1 ready)`,
  ]);
  const documents = (json?.text ?? "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(documents[0]).toMatchObject({ type: "rollout", revision: expect.any(Number), rollout: { id } });
  expect(documents.at(-1)).toMatchObject({ type: "rollout", rollout: { state: "Stopped" } });
  expect(documents).toContainEqual(expect.objectContaining({ type: "rollout-node", rollout: id }));
  const frames = (picture?.text ?? "").split("\u001b[H").map((frame) => stripVTControlCharacters(frame).split("\n"));
  for (const frame of frames) {
    expect(frame.length).toBeLessThanOrEqual(13);
    for (const line of frame.slice(0, -2)) expect(line.length).toBeLessThanOrEqual(50);
  }
  expect(picture?.text).toMatch(/node2 +rolled-back/);
}, 120_000);
