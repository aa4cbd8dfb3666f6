import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeAuthority, makeCertificate } from "@nix-nos/pki";
import { DeployerError, type Node } from "@plasmacloud/deployer-client";
import { Agent, fetch } from "undici";
import { describe, expect, it } from "vitest";
import {
  bootIdOf,
  healthy,
  machine,
  phoneHomeRequest,
  renderedTree,
  signed,
  startSshd,
  startTestDeployer,
  systemOf,
  temporaryFolder,
} from "./deployer.test-support.js";

const site = { kind: "site", site: "tokyo" } as const;
const problem = (error: unknown) => (error instanceof DeployerError ? error.problem.code : error);
const refusal = (promise: Promise<unknown>) => promise.then(() => "no refusal", problem);

describe("a machine nobody knows", () => {
  it("becomes an active node: held, approved, installed, rebooted, and proved over SSH with its pinned key", async ({
    expect,
  }) => {
    const { hostKey, ssh } = await startSshd();
    const deployer = await startTestDeployer({ ssh });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site });
    const newcomer = await machine(1, "node01", hostKey);
    const installer = deployer.node(newcomer.key, newcomer.bootId);
    const told = await installer.phoneHome(secret ?? "", newcomer.introduction);
    expect(told).toMatchObject({ id: "node01", state: { name: "Pending" }, isNew: true });
    const beat = (sequence: number) => ({ sequence, system: null, phase: null, health: healthy });
    expect(await installer.heartbeat("node01", beat(0))).toMatchObject({ isCurrent: true, action: "wait" });
    expect(await refusal(installer.clusterConfig("node01"))).toBe("not_approved");
    expect(await operator.approve("node01")).toMatchObject({ state: { name: "Provisioning", phase: "partition" } });
    const { action, nextCallSeconds } = await installer.heartbeat("node01", beat(1));
    expect(action).toBe("install");
    expect(nextCallSeconds).toBeGreaterThanOrEqual(18);
    expect(nextCallSeconds).toBeLessThanOrEqual(36);
    const system = systemOf("node01");
    const answer = await installer.sendEvents("node01", [
      { sequence: 0, at: null, type: "partitioned" },
      { sequence: 1, at: null, type: "progress", message: "copying" },
      { sequence: 2, at: null, type: "installed", system },
    ]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied"]);
    expect(answer.state).toMatchObject({ phase: "reboot" });
    // The installer is still there: only another boot proves a reboot.
    expect((await installer.heartbeat("node01", { ...beat(2), system })).state).toMatchObject({ phase: "reboot" });

    const installed = deployer.node(newcomer.key, bootIdOf(2));
    const rebooted = await installed.heartbeat("node01", { ...beat(0), system });
    expect(rebooted.state).toMatchObject({ name: "Provisioning", phase: "confirm" });
    await expect.poll(async () => (await operator.getNode("node01")).state.name, { timeout: 20_000 }).toBe("Active");
    expect((await installed.heartbeat("node01", { ...beat(1), system })).action).toBe("none");

    const { entries } = await operator.audit({ node: "node01" });
    const story = entries.map(({ actor, action, from, to }) => [actor, action, from, to]).reverse();
    expect(story).toEqual([
      ["node node01", "phone-home", null, "Pending"],
      ["operator admin", "approve", "Pending", "Provisioning/partition"],
      ["node node01", "partitioned", "Provisioning/partition", "Provisioning/install"],
      ["node node01", "installed", "Provisioning/install", "Provisioning/reboot"],
      ["node node01", "rebooted", "Provisioning/reboot", "Provisioning/confirm"],
      ["deployer", "confirmed", "Provisioning/confirm", "Active"],
    ]);
  }, 60_000);

  it("is not active with another host key, or another system, than it should have", async ({ expect }) => {
    const { ssh } = await startSshd();
    const deployer = await startTestDeployer({ ssh });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 2 });
    const wrong = { name: "Failed", phase: "confirm", count: 1 };
    for (const [number, system, errorType] of [
      [1, systemOf("a"), "host-key"],
      [2, systemOf("b"), "wrong-system"],
    ] as const) {
      const id = `node${number}`;
      const newcomer = await machine(number, id);
      const installer = deployer.node(newcomer.key, newcomer.bootId);
      await installer.phoneHome(secret ?? "", newcomer.introduction);
      await operator.approve(id, { wantedSystem: systemOf("a") });
      await installer.sendEvents(id, [
        { sequence: 0, at: null, type: "partitioned" },
        { sequence: 1, at: null, type: "installed", system },
      ]);
      const installed = deployer.node(newcomer.key, bootIdOf(50 + number));
      await installed.heartbeat(id, { sequence: 0, system, phase: null, health: healthy });
      await expect
        .poll(async () => (await operator.getNode(id)).state, { timeout: 20_000 })
        .toEqual({ ...wrong, errorType });
    }
  }, 60_000);

  it("is approved without a person only by a key for this one node, with the hardware that the topology names", async () => {
    const right = await machine(1, "node01");
    const deployer = await startTestDeployer({ tree: renderedTree("node01", right.mac) });
    const operator = deployer.operator();
    const introduce = async (scope: Parameters<typeof operator.createKey>[0]["scope"], newcomer: typeof right) => {
      const { secret } = await operator.createKey({ scope });
      const answer = await deployer.node(newcomer.key, newcomer.bootId).phoneHome(secret ?? "", newcomer.introduction);
      await operator.deleteNode(answer.id);
      return answer.state.name;
    };
    const own = { kind: "node", node: "node01" } as const;
    expect(await introduce(own, right)).toBe("Provisioning");
    expect(await introduce(own, await machine(2, "node01"))).toBe("Pending");
    expect(await introduce(site, await machine(1, "node01"))).toBe("Pending");
    expect(await introduce({ kind: "node", node: "node02" }, await machine(1, "node02"))).toBe("Pending");
    expect(await refusal(introduce(own, await machine(3, "node03")))).toBe("forbidden");
    const last = await machine(1, null);
    const { secret } = await operator.createKey({ scope: own });
    const client = deployer.node(last.key, last.bootId);
    await client.phoneHome(secret ?? "", last.introduction);
    expect(await client.clusterConfig("node01")).toEqual({ version: 1, node_id: "node01" });
    const { entries } = await operator.audit({ node: "node01", limit: 2 });
    expect(entries.map(({ actor, action }) => [actor, action]).sort()).toContainEqual(["policy", "approve"]);
  });
});

describe("bootstrap keys", () => {
  it("get one and the same answer when they are wrong, spent, expired or revoked", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const [spent, revoked] = [await operator.createKey({ scope: site }), await operator.createKey({ scope: site })];
    const first = await machine(1);
    expect((await phoneHomeRequest(deployer, spent.secret ?? "", first)).status).toBe(201);
    await operator.revokeKey(revoked.id);
    const answers = [];
    for (const secret of [`nnb_${"x".repeat(43)}`, spent.secret, revoked.secret, "", "nonsense"]) {
      const begun = performance.now();
      const { status, json, headers } = await phoneHomeRequest(deployer, secret ?? "", await machine(2));
      expect(performance.now() - begun).toBeGreaterThan(99);
      const { requestId: _, ...rest } = json;
      const names = [...headers.keys()].filter((name) => name !== "date").sort();
      answers.push(JSON.stringify([status, rest, names, headers.get("content-length")]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"unauthorized"');
    // The node that spent it may have lost its answer.
    const again = await phoneHomeRequest(deployer, spent.secret ?? "", first);
    expect([again.status, again.json.id]).toEqual([200, (await operator.listNodes()).nodes[0]?.id]);
    expect((await operator.listKeys()).map(({ used }) => used)).toEqual([1, 0]);
    // A body that is none says nothing more of a spent key than of a wrong one.
    for (const token of [spent.secret ?? "", "wrong"]) {
      expect((await deployer.request("POST", "/v1/phone-home", { token, body: "{" })).status).toBe(401);
    }
  });

  it("of a site introduce no node that the topology has at another", async () => {
    const nodes = { node01: { cluster: "lab", site: "osaka", platform: "nixos" } };
    const tree = renderedTree("node01", "52:54:00:00:00:01", { version: 1, nodes, groups: [] });
    const deployer = await startTestDeployer({ tree });
    const operator = deployer.operator();
    const introduce = async (name: string, at: string) => {
      const { secret } = await operator.createKey({ scope: { kind: "site", site: at } });
      const newcomer = await machine(1, name);
      return deployer.node(newcomer.key, newcomer.bootId).phoneHome(secret ?? "", newcomer.introduction);
    };
    expect(await refusal(introduce("node01", "tokyo"))).toBe("forbidden");
    expect((await operator.listKeys())[0]?.used).toBe(0);
    expect((await introduce("node01", "osaka")).id).toBe("node01");
    await operator.deleteNode("node01");
    // A node that the topology does not have is at whatever site it is.
    expect((await introduce("constructor", "tokyo")).id).toBe("constructor");
    writeFileSync(join(tree, "rollout.json"), '{ "version": 2 }');
    const { secret } = await operator.createKey({ scope: { kind: "site", site: "osaka" } });
    const held = await phoneHomeRequest(deployer, secret ?? "", await machine(2, "node02"));
    expect(held).toMatchObject({ status: 503, json: { detail: expect.stringContaining("rollout.json") } });
  });

  it("are used once for a machine whose first answer was lost", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site });
    const newcomer = await machine(1);
    let lost = 0;
    const client = deployer.node(newcomer.key, newcomer.bootId, {
      fetch: async (url, init) => {
        const response = await deployer.fetch(url, init);
        if (lost++ > 0) return response;
        await response.text();
        throw new TypeError("the answer is lost");
      },
    });
    expect((await client.phoneHome(secret ?? "", newcomer.introduction)).isNew).toBe(false);
    expect((await operator.listKeys())[0]).toMatchObject({ used: 1, uses: 1 });
    expect((await operator.audit()).entries.filter(({ action }) => action === "phone-home")).toHaveLength(1);
  });

  it("let all machines of a site in at once, and count each", async () => {
    const deployer = await startTestDeployer({ logLevel: "error" });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 120 });
    const machines = await Promise.all(Array.from({ length: 120 }, (_, index) => machine(index, `node${index}`)));
    const statuses = await Promise.all(
      machines.map(async (each) => (await phoneHomeRequest(deployer, secret ?? "", each)).status),
    );
    // Without a try again: none is told to come later.
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect((await operator.listKeys())[0]?.used).toBe(120);
  }, 60_000);

  it("show their secret once, and are stored without it", async () => {
    const deployer = await startTestDeployer();
    const headers = { "idempotency-key": "make-one" };
    const make = () => deployer.request("POST", "/v1/bootstrap-keys", { headers, body: { scope: site } });
    const [made, again] = [await make(), await make()];
    expect([made.status, again.status]).toEqual([201, 201]);
    expect(again.json).toEqual({ ...made.json, secret: null });
    const secret = String(made.json.secret);
    expect(Buffer.from(secret.slice(4), "base64url")).toHaveLength(32);
    await deployer.stop();
    const files = join(deployer.data, "store");
    const { readdirSync } = await import("node:fs");
    const stored = Buffer.concat(readdirSync(files).map((file) => readFileSync(join(files, file))));
    expect(stored.includes(String(made.json.id))).toBe(true);
    for (const text of [secret, deployer.token]) {
      expect(stored.includes(text)).toBe(false);
      expect(deployer.log.join("")).not.toContain(text);
    }
  });

  it("take 10,000 wrong ones without starving a right one, and soon answer 429", async () => {
    const deployer = await startTestDeployer({ logLevel: "error" });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 20 });
    const statuses = new Map<number, number>();
    let left = 10_000;
    const attack = async () => {
      while (left-- > 0) {
        const token = `nnb_${left}`;
        const { status, headers } = await deployer.request("POST", "/v1/phone-home", { token, body: "{}" });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 429) expect(headers.get("retry-after")).toBe("60");
      }
    };
    const attacks = Promise.all(Array.from({ length: 80 }, attack));
    const times: number[] = [];
    for (let number = 1; number <= 20; number++) {
      const begun = performance.now();
      expect((await phoneHomeRequest(deployer, secret ?? "", await machine(number))).status).toBe(201);
      times.push(performance.now() - begun);
    }
    expect(left).toBeGreaterThan(0);
    await attacks;
    expect(Math.max(...times)).toBeLessThan(5000);
    expect([...statuses.keys()].sort()).toEqual([401, 429]);
    expect((statuses.get(401) ?? 0) + (statuses.get(429) ?? 0)).toBe(10_000);
    expect(statuses.get(401)).toBeLessThan(1000);
  }, 180_000);
});

describe("a newcomer that claims to be a node", () => {
  it("is quarantined, and the node untouched, until an admin makes it the node", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 9 });
    const real = await machine(1, "node01");
    const node = deployer.node(real.key, real.bootId);
    await node.phoneHome(secret ?? "", real.introduction);
    const before = await operator.getNode("node01");
    // By its name, and by its hardware.
    const [byName, byHardware] = [await machine(2, "node01"), await machine(1, "node99")];
    for (const newcomer of [byName, byHardware, byName]) {
      const { status, json } = await phoneHomeRequest(deployer, secret ?? "", newcomer);
      expect([status, json.code]).toEqual([409, "identity_conflict"]);
    }
    const { claims, ...after } = await operator.getNode("node01");
    expect({ ...after, claims: [] }).toEqual(before);
    expect(claims.map(({ nodeKey }) => nodeKey).sort()).toEqual(
      [byName, byHardware].map(({ key }) => key.publicKey).sort(),
    );
    expect((await operator.listNodes()).nodes).toHaveLength(1);
    expect((await operator.listKeys())[0]?.used).toBe(1);

    expect(await refusal(operator.rotateKey("node01", (await machine(7)).key.publicKey))).toBe("not_found");
    await operator.rotateKey("node01", byName.key.publicKey);
    const beat = { sequence: 0, system: null, phase: null, health: healthy };
    expect(await refusal(node.heartbeat("node01", beat))).toBe("revoked");
    expect((await deployer.node(byName.key, byName.bootId).heartbeat("node01", beat)).isCurrent).toBe(true);
    expect((await phoneHomeRequest(deployer, secret ?? "", byName)).status).toBe(200);
    expect((await phoneHomeRequest(deployer, secret ?? "", real)).json.code).toBe("revoked");
  });
});

describe("messages", () => {
  it("that are old, sent again, forged or changed have no effect", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 9 });
    const [one, two] = [await machine(1, "node01"), await machine(2, "node02")];
    for (const each of [one, two])
      await deployer.node(each.key, each.bootId).phoneHome(secret ?? "", each.introduction);
    const path = "/v1/nodes/node01/heartbeat";
    const beat = (sequence: number, bootId = one.bootId, system: string | null = null) =>
      JSON.stringify({ bootId, sequence, system, phase: null, health: healthy });
    const send = async (body: string, headers: Record<string, string>, to = path) =>
      deployer.request("POST", to, { body, headers });
    const first = { body: beat(5), headers: await signed("POST", path, one.key, beat(5)) };
    expect((await send(first.body, first.headers)).json.isCurrent).toBe(true);
    const settled = await operator.getNode("node01");
    const expectNothing = async () => expect(await operator.getNode("node01")).toEqual(settled);

    expect(await send(first.body, first.headers)).toMatchObject({ status: 200, json: { isCurrent: false } });
    const old = beat(4, one.bootId, systemOf("old"));
    expect((await send(old, await signed("POST", path, one.key, old))).json.isCurrent).toBe(false);
    await expectNothing();
    const forged = beat(6, one.bootId, systemOf("forged"));
    for (const [body, headers, to] of [
      [forged, await signed("POST", path, two.key, forged), path],
      [forged, first.headers, path],
      [forged, {}, path],
      [first.body, first.headers, "/v1/nodes/node02/heartbeat"],
      [first.body, first.headers, "/v1/nodes/node03/heartbeat"],
    ] as const) {
      expect((await send(body, headers, to)).json.code).toBe("bad_signature");
    }
    await expectNothing();

    // After a reboot, whatever the boot before said is old.
    const next = beat(0, bootIdOf(9), systemOf("new"));
    expect((await send(next, await signed("POST", path, one.key, next))).json.isCurrent).toBe(true);
    const late = beat(1000, one.bootId, systemOf("late"));
    expect((await send(late, await signed("POST", path, one.key, late))).json.isCurrent).toBe(false);
    expect((await operator.getNode("node01")).system).toBe(systemOf("new"));
  });

  it("of events count once, in their order, and only where the state has such a step", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site });
    const one = await machine(1, "node01");
    const node = deployer.node(one.key, one.bootId);
    await node.phoneHome(secret ?? "", one.introduction);
    const partitioned = { sequence: 1, at: null, type: "partitioned" } as const;
    const outcomes = async (events: Parameters<typeof node.sendEvents>[1]) =>
      (await node.sendEvents("node01", events)).results.map(({ outcome }) => outcome);
    expect(await outcomes([{ ...partitioned, sequence: 0 }])).toEqual(["out-of-place"]);
    await operator.approve("node01");
    expect(await outcomes([partitioned])).toEqual(["applied"]);
    const failed = { at: null, type: "failed", errorType: "disk", message: "no space" } as const;
    expect(
      await outcomes([
        partitioned,
        { ...failed, sequence: 2, phase: "partition" },
        { ...failed, sequence: 3, phase: "install" },
      ]),
    ).toEqual(["duplicate", "out-of-place", "applied"]);
    expect(await outcomes([{ ...failed, sequence: 3, phase: "install" }])).toEqual(["duplicate"]);
    const state = { name: "Failed", phase: "install", errorType: "disk", count: 1 };
    expect((await operator.getNode("node01")).state).toEqual(state);
    expect((await operator.retry("node01")).state).toEqual({ name: "Provisioning", phase: "partition", failures: 1 });
    const twice = [{ ...partitioned, sequence: 9 }, partitioned];
    await expect(node.sendEvents("node01", twice)).rejects.toThrow("sequences that grow");
  });
});

describe("operators", () => {
  it("change what they have read, once, and only by steps that there are", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 9 });
    const one = await machine(1, "node01");
    const node = deployer.node(one.key, one.bootId);
    await node.phoneHome(secret ?? "", one.introduction);
    const { revision } = await operator.getNode("node01");
    // A beat is no change that somebody has to read first.
    for (const sequence of [0, 1, 2])
      await node.heartbeat("node01", { sequence, system: null, phase: null, health: healthy });
    expect((await operator.getNode("node01")).revision).toBe(revision);
    const headers = { "if-match": `"${revision}"`, "idempotency-key": "k1" };
    const approve = (more: object = {}, body: object = {}) =>
      deployer.request("POST", "/v1/nodes/node01:approve", { headers: { ...headers, ...more }, body });
    const first = await approve();
    expect([first.status, first.headers.get("etag")]).toEqual([200, `"${first.json.revision}"`]);
    const again = await approve();
    expect([again.status, again.json.revision, again.json.state]).toEqual([200, first.json.revision, first.json.state]);
    expect((await approve({}, { wantedSystem: systemOf("x") })).json.code).toBe("idempotency_conflict");
    expect((await approve({ "idempotency-key": "k2" })).json.code).toBe("stale");
    const wrong = await approve({ "idempotency-key": "k3", "if-match": "*" });
    expect(wrong.json).toMatchObject({
      code: "bad_transition",
      from: "Provisioning/partition",
      to: "approve",
      status: 409,
    });
    expect((await operator.audit({ node: "node01" })).entries.map(({ action }) => action)).toEqual([
      "approve",
      "phone-home",
    ]);
    expect(await refusal(operator.reinstall("node01"))).toBe("bad_transition");
    expect(await refusal(operator.reject("node01"))).toBe("bad_transition");
    expect((await operator.lock("node01", true)).isLocked).toBe(true);
  });

  it("reject and delete nodes, whose keys are good for nothing then", async () => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 9 });
    const one = await machine(1, "node01");
    const node = deployer.node(one.key, one.bootId);
    await node.phoneHome(secret ?? "", one.introduction);
    await operator.reject("node01", { reason: "whose is it?" });
    expect(await refusal(operator.getNode("node01"))).toBe("not_found");
    expect(await refusal(node.heartbeat("node01", { sequence: 0, system: null, phase: null, health: healthy }))).toBe(
      "revoked",
    );
    expect(await refusal(node.phoneHome(secret ?? "", one.introduction))).toBe("revoked");
    // The machine itself may come again with another key.
    const anew = await machine(1, "node01");
    await deployer.node(anew.key, anew.bootId).phoneHome(secret ?? "", anew.introduction);
    await operator.deleteNode("node01");
    expect((await operator.listNodes()).nodes).toEqual([]);
  });

  it("may what their role may", async () => {
    const { sha256 } = await import("./keys.js");
    const viewer = { name: "eve", role: "viewer" as const, tokenHash: sha256("eves-token") };
    const deployer = await startTestDeployer({ operators: [viewer] });
    const eve = deployer.operator("eves-token");
    expect((await eve.listNodes()).nodes).toEqual([]);
    expect(await refusal(eve.createKey({ scope: site }))).toBe("forbidden");
    expect(await refusal(eve.deleteNode("node01"))).toBe("forbidden");
    expect(await refusal(deployer.operator("wrong").listNodes())).toBe("unauthorized");
  });

  it("may show a certificate of the authority that is configured, in the place of a token", async () => {
    const lifetime = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 60_000 };
    const [own, strange] = [await makeAuthority("lab", lifetime), await makeAuthority("lab", lifetime)];
    const folder = temporaryFolder();
    writeFileSync(join(folder, "operators.crt"), own.certificate);
    const ann = { name: "ann", role: "operator" as const, commonName: "ann" };
    const deployer = await startTestDeployer({ clientAuthorityFile: join(folder, "operators.crt"), operators: [ann] });
    const statusFor = async (commonName: string, authority: typeof own) => {
      const subject = { commonName, organizationalUnit: null, organization: "lab" };
      const request = { subject, dnsNames: [], addresses: [], uses: ["client"] as const };
      const { certificate, key } = await makeCertificate(request, lifetime, authority);
      const ca = readFileSync(join(deployer.data, "ca.crt"), "utf8");
      const dispatcher = new Agent({ connect: { ca, cert: certificate, key } });
      const { status } = await fetch(`${deployer.url}/v1/nodes`, { dispatcher });
      await dispatcher.close();
      return status;
    };
    expect(await statusFor("ann", own)).toBe(200);
    expect(await statusFor("eve", own)).toBe(401);
    expect(await statusFor("ann", strange)).toBe(401);
    expect((await deployer.operator().listNodes()).nodes).toEqual([]);
  });

  it("hear in one problem what is wrong with a request", async () => {
    const deployer = await startTestDeployer();
    const post = (body: unknown, path = "/v1/bootstrap-keys", headers = {}) =>
      deployer.request("POST", path, { body, headers });
    const invalid = await post({ scope: { kind: "node", node: "No Name" }, uses: 0, colour: "red" });
    expect([invalid.status, invalid.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
    const issues = invalid.json.issues as { path: string[] }[];
    expect(issues.map(({ path }) => path.join("."))).toEqual(["scope.node", "uses", ""]);
    expect((await post("{ no json")).json.code).toBe("malformed");
    // No body is an empty one: nothing that is required is in it.
    expect((await post(undefined)).json).toMatchObject({ code: "invalid", issues: [{ path: ["scope"] }] });
    expect((await post(`"${"x".repeat(300_000)}"`)).status).toBe(413);
    expect((await post({}, "/v1/nodes/x:approve", { "if-match": "12" })).json.code).toBe("malformed");
    expect((await post({}, "/v1/nodes/x:approve")).json.code).toBe("not_found");
    expect((await post({}, "/v1/nodes/x:explode")).json.code).toBe("not_found");
    expect((await deployer.request("DELETE", "/v1/nodes")).json.code).toBe("method_not_allowed");
    expect((await deployer.request("DELETE", "/v1/bootstrap-keys/0")).json.code).toBe("not_found");
    expect((await deployer.request("GET", "/v1/audit?limit=0")).json.code).toBe("invalid");
    const { requestId } = (await deployer.request("GET", "/nowhere")).json;
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the watch stream", () => {
  it("tells every change from a revision on, and says when that is gone", async ({ expect }) => {
    const deployer = await startTestDeployer();
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site, uses: 9 });
    const { revision } = await operator.listNodes();
    const controller = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { event } of operator.watch({ after: revision, signal: controller.signal })) {
        if (event.type === "node") seen.push(`${event.node.id} ${event.node.state.name}`);
        if (event.type === "audit") seen.push(event.entry.action);
        if (event.type === "node-removed") seen.push(`no ${event.id}`);
      }
    })();
    const one = await machine(1, "node01");
    await deployer.node(one.key, one.bootId).phoneHome(secret ?? "", one.introduction);
    const { revision: approved }: Node = await operator.approve("node01");
    await operator.deleteNode("node01");
    const story = ["node01 Pending", "phone-home", "node01 Provisioning", "approve", "delete", "no node01"];
    await expect.poll(() => seen).toEqual(story);
    controller.abort();
    await watching;
    const since: string[] = [];
    for await (const { event } of operator.watch({ after: approved, signal: AbortSignal.timeout(5000) })) {
      since.push(event.type);
      if (since.length === 3) break;
    }
    expect(since).toEqual(["ready", "audit", "node-removed"]);
    const headers = { "last-event-id": "999999" };
    expect((await deployer.request("GET", "/v1/watch", { headers })).json).toMatchObject({
      status: 410,
      code: "compacted",
    });
  });
});

describe("the server", () => {
  it("says how it is, and measures", async () => {
    const deployer = await startTestDeployer();
    const { secret } = await deployer.operator().createKey({ scope: site });
    await phoneHomeRequest(deployer, secret ?? "", await machine(1));
    for (const path of ["/healthz", "/readyz"]) expect((await deployer.request("GET", path)).status).toBe(200);
    const text = await (await deployer.fetch(`${deployer.url}/metrics`, {})).text();
    expect(text).toContain('deployer_requests_total{operation="phoneHome",status="201"} 1');
    expect(text).toContain('deployer_nodes{state="Pending",liveness="online"} 1');
    expect((await deployer.request("GET", "/openapi.json")).json.openapi).toBe("3.1.0");
  });

  it("tells whoever is too slow, or speaks no HTTP, and goes on with others", async ({ expect }) => {
    const { connect } = await import("node:tls");
    const deployer = await startTestDeployer({ requestTimeoutSeconds: 1 });
    const { port } = new URL(deployer.url);
    const answerTo = async (text: string) => {
      const socket = connect({
        port: Number(port),
        host: "127.0.0.1",
        ca: readFileSync(join(deployer.data, "ca.crt")),
      });
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.write(text);
      await expect.poll(() => socket.destroyed || socket.readableEnded, { timeout: 10_000 }).toBe(true);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      expect(head.toLowerCase()).toContain("content-type: application/problem+json");
      return { line: head.split("\r\n")[0], problem: JSON.parse(body) };
    };
    const slow = { line: "HTTP/1.1 408 Request Timeout", problem: { code: "timeout", status: 408, retryable: true } };
    expect(await answerTo("POST /v1/phone-home HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")).toMatchObject(
      slow,
    );
    expect(await answerTo("GET /v1/nodes HTTP/1.1\r\nHos")).toMatchObject(slow);
    const none = await answerTo("hello\r\n\r\n");
    expect(none).toMatchObject({ line: "HTTP/1.1 400 Bad Request", problem: { code: "malformed", retryable: false } });
    expect((await deployer.request("GET", "/healthz")).status).toBe(200);
    // A client that is slow is no fault of the deployer's.
    expect(deployer.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it("keeps everything, its authority and its token when it is started again", async () => {
    const first = await startTestDeployer();
    const { secret } = await first.operator().createKey({ scope: site });
    await phoneHomeRequest(first, secret ?? "", await machine(1, "node01"));
    const authority = readFileSync(join(first.data, "ca.crt"), "utf8");
    await first.stop();
    const second = await startTestDeployer({}, first.data);
    expect(second.token).toBe("");
    expect(readFileSync(join(first.data, "ca.crt"), "utf8")).toBe(authority);
    expect((await second.operator(first.token).listNodes()).nodes.map(({ id }) => id)).toEqual(["node01"]);
  });
});
