// Activations on machines of their own: real sshds, real Nix profiles, and power that is cut.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it, onTestFinished } from "vitest";
import { type Activation, activationOn, type NodeAnswer } from "./activation.js";
import { judge, type Standing } from "./judge.js";
import { openSsh } from "./ssh.js";
import { type TestNode, testNodes } from "./test-node.test-support.js";

const signal = new AbortController().signal;
const polled = { timeout: 20_000, interval: 100 };

/** A node that runs `old`, which is its boot default, and what is to be done with it. */
async function prepared(behaviour = "", more: Partial<Activation> = {}) {
  const { ssh, nodes } = await testNodes(["node01"]);
  const [node] = nodes;
  if (node === undefined) throw new Error("there is a node");
  const old = node.addSystem("old");
  const system = node.addSystem("new", behaviour);
  node.setDefault(old);
  node.start(old);
  const activation: Activation = { id: "r1", system, confirmSeconds: 30, limit: 20, health: ["true"], ...more };
  const session = await openSsh(ssh)(node.target);
  onTestFinished(() => session.close());
  type Calls = ReturnType<typeof activationOn>;
  const does = (verb: keyof Calls, own: Partial<Activation> = {}) =>
    activationOn(session, { ...activation, ...own }, signal)[verb]();
  const standing = async (): Promise<Standing | NodeAnswer> => {
    const answer = await does("ask");
    return answer.outcome === "told" ? judge(answer.report, system, old) : answer;
  };
  const begun = async () => {
    const answer = await does("begin");
    if (answer.outcome !== "told") throw new Error(JSON.stringify(answer));
  };
  return { node, old, system, does, standing, begun };
}

const timeline = (node: TestNode, old: string) =>
  node
    .read("var/lib/timeline")
    .trim()
    .split("\n")
    .map((line) => {
      const [, mark, verb, system] = line.split(" ");
      return `${mark} ${verb} ${system === old ? "old" : "new"}`;
    });

describe("an activation", { timeout: 60_000 }, () => {
  it("is the boot default once it is confirmed, and is done once however often it is asked for", async ({ expect }) => {
    const { node, old, system, does, standing, begun } = await prepared("sleep 0.5");
    await Promise.all([begun(), begun()]);
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "activated" });
    expect(node.bootDefault()).toBe(old);
    expect(await does("confirm")).toMatchObject({ outcome: "told", report: { status: "confirmed", unhealthy: null } });
    await begun();
    expect([node.system(), node.bootDefault()]).toEqual([system, system]);
    expect(timeline(node, old)).toEqual(["begin test new", "end test new", "begin boot new", "end boot new"]);
    expect(await standing()).toEqual({ is: "confirmed", isRestarted: false });
    const boot = node.bootId();
    await does("restart");
    await expect.poll(node.bootId, polled).not.toBe(boot);
    await expect.poll(standing, polled).toEqual({ is: "confirmed", isRestarted: true });
    expect(node.system()).toBe(system);
  });

  it("goes back by itself when nobody confirms it, whatever became of who began it", async ({ expect }) => {
    const { node, old, standing, begun } = await prepared("", { confirmSeconds: 1 });
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "rolled-back", why: "it was not confirmed in 1 s" });
    expect([node.system(), node.bootDefault()]).toEqual([old, old]);
    await begun();
    expect(timeline(node, old)).toEqual(["begin test new", "end test new", "begin test old", "end test old"]);
  });

  it("is not confirmed while it is not healthy, and says why", async ({ expect }) => {
    const health = ["sh", "-c", "echo the disk is full; test -e /var/lib/healthy"];
    const { does, standing, begun } = await prepared("", { health, confirmSeconds: 8 });
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "activated" });
    expect(await does("confirm")).toMatchObject({ report: { status: "activated", unhealthy: "the disk is full" } });
    await expect.poll(standing, polled).toMatchObject({ is: "rolled-back" });
    expect(await does("confirm", { health: ["true"] })).toMatchObject({ report: { status: "rolled-back" } });
  });

  it("goes back at once where it fails, and where it takes too long", async ({ expect }) => {
    const failing = await prepared("echo no such user token=x >&2; exit 4", { confirmSeconds: 3600 });
    await failing.begun();
    const why = "switch-to-configuration test ended with 4: no such user token=x";
    await expect.poll(failing.standing, polled).toEqual({ is: "rolled-back", why });
    expect(failing.node.system()).toBe(failing.old);
    const hanging = await prepared("sleep 600", { confirmSeconds: 3600, limit: 1 });
    await hanging.begun();
    await expect
      .poll(hanging.standing, polled)
      .toMatchObject({ is: "rolled-back", why: expect.stringMatching(/ended with 124/) });
  });

  it("goes back where it cannot be made the boot default", async ({ expect }) => {
    const { node, old, does, standing, begun } = await prepared('[ "$1" != boot ] || { echo /boot is full; exit 1; }');
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "activated" });
    await does("confirm");
    const why = "it could not be made the boot default: switch-to-configuration boot ended with 1: /boot is full";
    expect(await standing()).toEqual({ is: "rolled-back", why });
    expect([node.system(), node.bootDefault()]).toEqual([old, old]);
  });

  it("lands on the old system by a power cut before it is confirmed, and is not begun again", async ({ expect }) => {
    const { node, old, standing, begun } = await prepared("sleep 0.3", { confirmSeconds: 60 });
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "activated" });
    await node.powerCut();
    expect(await standing()).toMatchObject({ outcome: "unreachable" });
    await node.boot();
    expect(node.system()).toBe(old);
    await begun();
    expect(await standing()).toEqual({ is: "rolled-back", why: "it restarted before it was confirmed" });
    expect(timeline(node, old)).toEqual(["begin test new", "end test new"]);
  });

  it("goes back where its unit is killed, as soon as somebody asks for it again", async ({ expect }) => {
    const { node, old, standing, begun } = await prepared("echo $PPID >/var/lib/unit; sleep 600", {
      confirmSeconds: 60,
    });
    await begun();
    await expect.poll(() => node.read("var/lib/unit"), polled).not.toBe("");
    await node.run("pkill", "-KILL", "-f", "unit r1");
    await node.run("pkill", "-KILL", "sleep");
    await expect.poll(standing, polled).toEqual({ is: "to-begin" });
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "rolled-back", why: "its activation was cut off" });
    expect(node.system()).toBe(old);
  });

  it("is refused while another is under way, and for a system that is not there; then nothing was changed", async ({
    expect,
  }) => {
    const { node, old, does, begun } = await prepared("sleep 2", { confirmSeconds: 1 });
    const absent = `/nix/store/${"0".repeat(32)}-absent`;
    expect(await does("begin", { system: absent })).toEqual({ outcome: "refused", reason: `it has no ${absent}` });
    expect(node.read("var/lib/timeline")).toBe("");
    await begun();
    expect(await does("begin", { id: "r2" })).toEqual({
      outcome: "refused",
      reason: "another activation is under way on it",
    });
    await expect.poll(() => timeline(node, old), polled).toHaveLength(4);
    await sleep(500);
    expect(await does("begin", { id: "r2" })).toMatchObject({ outcome: "told" });
    await expect.poll(() => timeline(node, old), polled).toHaveLength(8);
  });

  it("asks systemd, where it is told of no other health: no unit has failed that had not failed before", async ({
    expect,
  }) => {
    // What `systemctl list-units --failed --plain --no-legend` prints, from a file.
    const { node, does, standing, begun } = await prepared("", { health: [], confirmSeconds: 30 });
    const units = (...names: string[]) =>
      node.write("var/lib/units", names.map((name) => `${name} loaded failed failed A unit\n`).join(""));
    node.write("bin/systemctl", "#!/bin/sh\ncat /var/lib/units\n", 0o755);
    units("old.service");
    await begun();
    await expect.poll(standing, polled).toEqual({ is: "activated" });
    units("new.service", "old.service");
    expect(await does("confirm")).toMatchObject({ report: { unhealthy: "failed: new.service" } });
    units("old.service");
    expect(await does("confirm")).toMatchObject({ report: { status: "confirmed" } });
  });
});
