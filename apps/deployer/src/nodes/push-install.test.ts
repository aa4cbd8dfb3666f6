// Machines that the deployer installs from outside, over real sshds.
import { writeFileSync } from "node:fs";
import { describe, it } from "vitest";
import {
  healthy,
  machine,
  type Settings,
  startTestDeployer,
  type TestDeployer,
  temporaryFolder,
} from "../deployer.test-support.js";
import { type TestNode, testNodes } from "../push/test-node.test-support.js";

/** Installs by hand what nixos-anywhere would: a program of the deployer's machine that reaches the node by ssh. */
function installer(text: string): string {
  const file = `${temporaryFolder()}/install`;
  writeFileSync(file, `#!/bin/sh\nset -eu\n${text}\n`, { mode: 0o755 });
  return file;
}

const onNode = 'ssh -F "$1" "$2"';
const polled = { timeout: 15_000, interval: 50 };

/** An approved machine whose sshd is a test node, and who speaks for it. */
async function introduced(deployer: TestDeployer, node: TestNode, wantedSystem: string | null) {
  const { hostname, target, bootId } = node;
  const operator = deployer.operator();
  const world = { fetch: deployer.fetchFrom(node.address) };
  const { secret } = await operator.createKey({ scope: { kind: "site", site: "s" } });
  const { key, introduction } = await machine(1, hostname, target.ssh_host_keys[0]);
  const boot = bootId();
  const client = deployer.node(key, boot, world);
  await client.phoneHome(secret ?? "", introduction);
  await operator.approve(hostname, { wantedSystem });
  const state = async () => (await operator.getNode(hostname)).state;
  const beat = (system: string | null, own = deployer.node(key, bootId(), world)) =>
    own.heartbeat(hostname, { sequence: 0, system, phase: null, health: healthy });
  const audit = async () => (await operator.audit({ node: hostname, limit: 100 })).entries.reverse();
  return { operator, state, beat, audit, boot };
}

const start = async (push: Settings["push"]) => {
  const { ssh, nodes } = await testNodes(["node01"]);
  const [node] = nodes;
  if (node === undefined) throw new Error("there is a node");
  return { node, deployer: await startTestDeployer({ ssh, push, lostTimeoutSeconds: 5 }) };
};

describe("push.install", { timeout: 60_000 }, () => {
  it("installs an approved machine, reboots it, and it is active when it is proved", async ({ expect }) => {
    const program = installer(
      `${onNode} 'cat /proc/sys/kernel/random/boot_id >>/var/lib/installed'\necho "$3"\necho "token=hunter2 $4" >&2\necho "$3"`,
    );
    const { node, deployer } = await start({
      install: [program, "{sshConfig}", "{node}", "{system}", "{generation}"],
      generation: "main; reboot",
    });
    const system = node.addSystem("node01");
    const { state, beat, audit, boot } = await introduced(deployer, node, system);
    expect((await beat(null)).action).toMatch(/wait|reboot/);
    await expect.poll(state, polled).toMatchObject({ name: "Provisioning", phase: "reboot" });
    expect(node.read("var/lib/installed")).toBe(`${boot}\n`);
    // It is asked to reboot, and comes up as another boot.
    await expect.poll(node.bootId, polled).not.toBe(boot);
    // Its sshd may come up after the first beat; then the next beat has it proved.
    const beaten = async () => {
      await beat(system);
      return state();
    };
    await expect.poll(beaten, polled).toEqual({ name: "Active" });
    expect((await audit()).map(({ action, actor }) => `${actor}: ${action}`)).toEqual([
      ...["node node01: phone-home", "operator admin: approve", "deployer: push-install", "deployer: partitioned"],
      ...["deployer: installed", "node node01: rebooted", "deployer: confirmed"],
    ]);
    expect(deployer.log.join("")).not.toContain("hunter2");
  });

  it("takes the system that its program prints, and tells why it failed; a retry installs again", async ({
    expect,
  }) => {
    const program = installer(
      `[ -e "$3" ] || { touch "$3"; echo no disk password=x >&2; exit 4; }\necho /nix/store/${"0".repeat(32)}-system`,
    );
    const { node, deployer } = await start({
      install: [program, "{sshConfig}", "{node}", `${temporaryFolder()}/again`],
    });
    const { operator, state, audit } = await introduced(deployer, node, null);
    await expect.poll(state, polled).toMatchObject({ name: "Failed", phase: "partition", errorType: "push-install" });
    expect((await operator.getNode("node01")).message).toBe("install: no disk password=(secret)");
    await operator.retry("node01");
    await expect.poll(state, polled).toMatchObject({ name: "Provisioning", phase: "reboot" });
    expect((await operator.getNode("node01")).wantedSystem).toBe(`/nix/store/${"0".repeat(32)}-system`);
    expect((await audit()).filter(({ action }) => action === "push-install")).toHaveLength(2);
  });

  it("does nothing to a machine with another host key", async ({ expect }) => {
    const ran = `${temporaryFolder()}/ran`;
    const { node, deployer } = await start({ install: ["touch", ran] });
    const another = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAnFYzGWEMsZJm2mPyXo0yQ1yq1dJ3bXo3KpXWJ5e0aB";
    const stranger = { ...node, target: { ...node.target, ssh_host_keys: [another] } };
    const { state } = await introduced(deployer, stranger, node.addSystem("node01"));
    await expect.poll(state, polled).toMatchObject({ name: "Failed", phase: "partition", errorType: "host-key" });
    expect(node.read(ran)).toBe("");
  });

  it("ends an installation that nobody wants any more", async ({ expect }) => {
    const folder = temporaryFolder();
    const program = installer(`while :; do echo >>${folder}/alive; sleep 0.05; done`);
    const { node, deployer } = await start({ install: [program] });
    const { operator } = await introduced(deployer, node, node.addSystem("node01"));
    const alive = () => node.read(`../../../..${folder}/alive`);
    await expect.poll(alive, polled).not.toBe("");
    await operator.deleteNode("node01");
    await expect
      .poll(async () => {
        const before = alive();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return before !== "" && before === alive();
      }, polled)
      .toBe(true);
  });
});
