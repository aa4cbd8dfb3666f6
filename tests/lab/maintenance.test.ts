// A node in maintenance, alive: nothing goes through it where there is another way, no session falls, all is reachable.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpReport } from "@nix-nos/lab";
import { describe, expect, it, type TestContext } from "vitest";
import { eventually } from "../support/netns.js";
import { beginnings, birdSocketOf, type LabFile, labOf, passing, unbroken } from "./lab.js";

/** `x`, an AS of its own, has a link with each of two borders, and reflectors tell `c` of what is behind these. */
const twoWays = (drained: string) => {
  const nodes = ["x", "d", "e", "r1", "r2", "c"].map((name, at) => {
    const ip = name === "x" ? "" : `ip: 10.0.1.${at}, `;
    return `        ${name}: { role: r, ${ip}loopback: 10.255.0.${at + 1}, bgp: { maintenance: ${name === drained} } }`;
  });
  return `
nix-nos:
  clusters:
    lab:
      nodes:
${nodes.join("\n")}
  network:
    links:
      - { between: ["x:eth1", "d:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["x:eth2", "e:eth1"], addresses: [10.254.0.2/31, 10.254.0.3/31] }
    bgp:
      defaults: { holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65010": { members: [x] }
        "65000":
          { members: [d, e, r1, r2, c], ibgp: { transport: ip, strategy: route-reflector, reflectors: [r1, r2] } }
`;
};

/** GoBGP speaks for two workers, which announce one VIP. */
const workers = (drained: string) => `
nix-nos:
  clusters:
    lab:
      nodes:
        rr: { role: r, ip: 10.0.1.1, loopback: 10.255.0.1 }
        w1: { role: r, ip: 10.0.1.2, bgp: { maintenance: ${drained === "w1"} } }
        w2: { role: r, ip: 10.0.1.3, bgp: { maintenance: ${drained === "w2"} } }
  network:
    bgp:
      defaults: { holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65000": { members: [rr, w1, w2], ibgp: { transport: ip, strategy: route-reflector, reflectors: [rr] } }
      vipAdvertisements: { fiberlb: { vips: [10.0.100.1], nodes: [w1, w2] } }
services: { fiberlb: { bgp: { enable: true, attach: peers } } }
`;

/** A lab whose topology is written anew; gives what `up` says. */
function changingLab(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-test-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "topology.yaml");
  const lab = labOf(context, file);
  const become = (text: string) => {
    writeFileSync(file, text);
    return lab.json<UpReport>("up", 0);
  };
  return { lab, become };
}

/** Packets that a host has sent on for others so far. */
async function forwarded(lab: LabFile, host: string): Promise<number> {
  const lines = (await lab.exec(host, "cat", "/proc/net/snmp")).split("\n").filter((line) => line.startsWith("Ip: "));
  const [names = [], values = []] = lines.map((line) => line.split(" "));
  return Number(values[names.indexOf("ForwDatagrams")]);
}

/** Opens a connection from the loopback of `x` to where BIRD listens; answers come back by what is known of `x`. */
async function reach(lab: LabFile, host: string): Promise<void> {
  const socket = JSON.stringify({ host, port: 179, localAddress: "10.255.0.1", timeout: 3000 });
  const script = `require("net").connect(${socket})
    .on("connect", () => process.exit(0)).on("timeout", () => process.exit(1))`;
  await lab.exec("x", process.execPath, "-e", script);
}

/** Borders that forward what `x` and `c` say to each other, both ways. */
async function bordersBetween(lab: LabFile): Promise<readonly string[]> {
  const borders = ["d", "e"];
  const before = await Promise.all(borders.map((host) => forwarded(lab, host)));
  await reach(lab, "10.255.0.6");
  const after = await Promise.all(borders.map((host) => forwarded(lab, host)));
  return borders.filter((_, at) => after[at] !== before[at]);
}

describe("maintenance", { timeout: 240_000 }, () => {
  it("no traffic goes through a drained border or over a drained reflector's routes, and no session falls", async (context) => {
    const { lab, become } = changingLab(context);
    await become(twoWays("e"));
    await passing(lab);
    const began = await beginnings(lab);
    expect(Object.keys(began)).toHaveLength(18);
    const route = (host: string, to: string) => lab.exec(host, "ip", "route", "get", to);
    const ways = async () => `${await route("x", "10.255.0.6")} ${await route("c", "10.255.0.1")}`;
    const over = (border: string, link: string, inside: string) =>
      eventually(`the way over ${border}`, 20, ways, (seen) => seen.includes(link) && seen.includes(inside));
    await over("d", "via 10.254.0.1", "via 10.0.1.1");
    expect(await bordersBetween(lab)).toEqual(["d"]);

    expect(await become(twoWays("d"))).toMatchObject({ made: [], removed: [], started: [], reconfigured: ["d", "e"] });
    await over("e", "via 10.254.0.3", "via 10.0.1.2");
    await passing(lab);
    expect(await bordersBetween(lab)).toEqual(["e"]);
    await reach(lab, "10.255.0.2");

    const best = () =>
      lab.exec("c", "birdc", "-s", birdSocketOf(lab, "c"), "show", "route", "10.255.0.1/32", "primary");
    await become(twoWays("r1"));
    await eventually("r2's route", 20, best, (seen) => seen.includes("[ibgp_r2_v4"));
    await become(twoWays("r2"));
    await eventually("r1's route", 20, best, (seen) => seen.includes("[ibgp_r1_v4"));
    // Whoever leads to the one in maintenance still does.
    await become(twoWays("x"));
    await passing(lab);
    await reach(lab, "10.255.0.6");
    expect(await beginnings(lab)).toEqual(unbroken(began));
  });

  it("a VIP of two workers is the other's while GoBGP's node is drained, and its own when it is alone", async (context) => {
    const { lab, become } = changingLab(context);
    const inject = (host: string, command: "add" | "del") =>
      lab.exec(host, "gobgp", "-u", "127.0.0.1", "global", "rib", command, "10.0.100.1/32");
    const route = () => lab.exec("rr", "ip", "route", "show", "10.0.100.1");
    const [first, second] = ["10.0.1.2", "10.0.1.3"] as const;
    // GoBGP is started anew for another configuration, and what injects VIPs says them again.
    for (const [drained, used] of [
      ["", [first, second]],
      ["w1", [second]],
      ["w2", [first]],
    ] as const) {
      await become(workers(drained));
      await passing(lab);
      for (const worker of ["w1", "w2"]) await inject(worker, "add");
      // First both are known: a worker that has said nothing yet would look like a drained one.
      const known = () => lab.exec("rr", "birdc", "-s", birdSocketOf(lab, "rr"), "show", "route", "10.0.100.1/32");
      const both = (seen: string) => seen.includes(`via ${first}`) && seen.includes(`via ${second}`);
      await eventually("both ways, used or not", 20, known, both);
      const isSo = (seen: string) =>
        [first, second].every((hop) => seen.includes(hop) === used.some((own) => own === hop));
      await eventually(`the VIP from ${used.join(" and ")}`, 20, route, isSo);
    }
    await inject("w1", "del");
    await eventually("w2's, drained", 20, route, (seen) => !seen.includes(first) && seen.includes(second));
  });
});
